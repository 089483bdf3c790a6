//! scratch
use relulab_regions::{compress::compress, relaxation::*};
fn main() {
    for name in ["1_1","3_3"] {
        let bytes = std::fs::read(format!("/work/shared/reference/acasxu/ACASXU_run2a_{name}_batch_2000.onnx")).unwrap();
        let net = relulab_io::onnx::read_network(&bytes).unwrap();
        let boxes: Vec<(&str, Vec<(f64,f64)>)> = vec![
          ("whole", vec![(-0.328422877, 0.679857769), (-0.5,0.5),(-0.5,0.5),(-0.5,0.5),(-0.5,0.5)]),
          ("prop3", vec![(-0.303531156,-0.298552812),(-0.009549297,0.009549297),(0.493380324,0.5),(0.3,0.5),(0.3,0.5)]),
        ];
        for (what, sides) in boxes {
            let d = InputBox::new(sides.iter().map(|s| s.0).collect(), sides.iter().map(|s| s.1).collect()).unwrap();
            for boxes_to_decide in [1usize, 32] {
            let budget = UnitBudget { boxes_to_decide, boxes_to_tighten: 1 };
            let t = std::time::Instant::now();
            let b = bound_units(&net, &d, budget).unwrap();
            let tb = t.elapsed();
            let mut counts = [0;5];
            for u in b.layers[..6].iter().flatten() { counts[u.status() as usize]+=1; }
            println!("{name} {what} budget {boxes_to_decide}: bounds {tb:?} dead {} lin {} zero {} unst {} unk {}", counts[0],counts[1],counts[2],counts[3],counts[4]);
            let t = std::time::Instant::now();
            let c = compress(&net, Some(&d), budget).unwrap();
            println!("  compress {:?} -> {} changes {} kept {} proofs {} nodes {}", t.elapsed(), c.network.shape(), c.changes.len(), c.kept.len(), c.proofs.len(), c.proofs.iter().map(|p| p.tree.len()).sum::<usize>());
            let t = std::time::Instant::now();
            for p in c.proofs.iter().take(40) { assert!(verify(&net,&d,p).is_ok()); }
            println!("  verify 40: {:?}", t.elapsed());
            }
        }
    }
}
