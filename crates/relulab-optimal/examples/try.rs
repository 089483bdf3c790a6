//! Scratch.
use relulab_net::{Purpose, RandomStream};
use relulab_optimal::line::Search;
use relulab_optimal::{Problem, verify};
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let n: usize = a[1].parse().unwrap();
    let w: usize = a[2].parse().unwrap();
    let kind = a[3].as_str();
    let bias = a.get(4).map_or(true, |s| s != "nobias");
    let mut r = RandomStream::new(a.get(5).map_or(1, |s| s.parse().unwrap()), Purpose::Folds);
    let x: Vec<f64> = (0..n).map(|_| r.normal()).collect();
    let y: Vec<f64> = x.iter().map(|&x| match kind {
        "noise" => r.normal(),
        "sine" => (2.0 * x).sin() + 0.3 * r.normal(),
        "clean" => (2.0 * x).sin(),
        "quad" => x * x,
        "abs" => x.abs() + 0.1 * r.normal(),
        "mono" => x + 0.3 * (5.0 * x).sin() + 0.2 * r.normal(),
        _ => panic!(),
    }).collect();
    let p = Problem::new(&x, &y, w, bias).unwrap();
    let t = Instant::now();
    let mut s = Search::new(p, &[]);
    println!("start {:?} {:?}", s.progress(), t.elapsed());
    let mut k = 0;
    let st = s.run(|s| { k += 1; if k % 200 == 0 { println!("{:?} {:?}", s.progress(), t.elapsed()); } t.elapsed().as_secs() < 60 });
    println!("{st:?} {:?} {:?}", s.progress(), t.elapsed());
    let c = s.certificate();
    let b = c.to_bytes();
    println!("bytes {} {:?}", b.len(), c.network);
    let t = Instant::now();
    println!("{:?} {:?}", verify(&c), t.elapsed());
}
