//! Section 4, the second and third experiment: MNIST and CIFAR, of which only the arithmetic can be checked here.

use crate::check::rule::Rule;
use crate::check::{Book, Evidence, Verdict, View};

/// Why they cannot be tested.
const NO_IMAGES: &str = "convolutions over two dimensions are not in the engine";
/// Widths of the second experiment.
const WIDTHS: usize = 3;
/// Its depths, as the text gives them: from 2 to 68 in steps of 4.
const STATED: (usize, usize, usize) = (2, 68, 4);
/// The largest depths at which the text says that its baseline trains, for widths 2, 4 and 8.
const TRAINED: [usize; WIDTHS] = [12, 12, 24];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Second experiment: MNIST (section 4, table 1)");
    grid(book);
    for (text, paper) in [
        ("jumpstart trains every width and depth", "54 of 54"),
        ("best training accuracy, baseline", "0.999467"),
        ("best training accuracy, jumpstart", "0.999533"),
        ("best validation accuracy, baseline", "0.9885"),
        ("best validation accuracy, jumpstart", "0.9911"),
        ("best of a pair of depth and width in training: baseline and jumpstart", "8 and 45"),
        ("best of a pair of depth and width in validation: baseline and jumpstart", "11 and 41"),
    ] {
        book.declare(text, paper, Verdict::NotTestable, NO_IMAGES, None);
    }
    book.section("Third experiment: CIFAR (section 4, figures 3 and 4)");
    for (text, paper) in [
        ("CIFAR-10: jumpstart trains to depth 30, the baseline to no more than 20", "30 and 20"),
        ("CIFAR-10: best validation accuracy, jumpstart and baseline", "0.766 and 0.734"),
        ("CIFAR-10: pairs of depth and width in which jumpstart is better, in two settings", "18 and 20 of 21"),
        ("CIFAR-100: combinations in which jumpstart is better", "12 of 16"),
        ("CIFAR-100: accuracy gained at depths 10 and 20, in points", "1 and 7.8"),
        ("CIFAR-100: best accuracy, baseline and jumpstart", "0.37 and 0.38"),
    ] {
        book.declare(text, paper, Verdict::NotTestable, NO_IMAGES, None);
    }
    efficiency(book, evidence);
    let timed =
        "times are no readings, since they differ from machine to machine; `relulab bench deep` measures them on MOONS";
    book.declare(
        "training takes so many times longer with jumpstart",
        "1.33 and 1.47",
        Verdict::NotTestable,
        timed,
        None,
    );
    let memory = "memory is no reading, since it is that of an engine; `relulab bench deep` counts that of this engine and \
                  of PyTorch on MOONS";
    book.declare("memory grows by half with jumpstart", "1.5", Verdict::NotTestable, memory, None);
}

/// Depths from the first on in equal steps, as far as the last allows.
fn stated() -> Vec<usize> {
    let (first, last, step) = STATED;
    (first..=last).step_by(step).collect()
}

/// The depths of the published code: 2, and multiples of 4 up to 68.
fn published() -> Vec<usize> {
    std::iter::once(STATED.0).chain((4..=STATED.1).step_by(STATED.2)).collect()
}

fn count_up_to(depths: &[usize]) -> usize {
    TRAINED.iter().map(|&largest| depths.iter().filter(|&&depth| depth <= largest).count()).sum()
}

/// The counts that the text's own grid gives.
fn grid(book: &mut Book) {
    let (stated, published) = (stated(), published());
    let text = "widths 2, 4 and 8 and every depth from 2 to 68 in increments of 4 make so many networks";
    book.declare(
        text,
        "54",
        Verdict::SelfContradictory,
        format!(
            "from 2 in steps of 4 one never comes to 68: {} depths, {} networks; the published code has 2, 4, 8, …, 68: {} \
             depths, {} networks",
            stated.len(),
            stated.len() * WIDTHS,
            published.len(),
            published.len() * WIDTHS
        ),
        Some(View::exact("the grid of the text", (stated.len() * WIDTHS) as f64, "")),
    );
    book.declare(
        "18 baseline networks train: up to depth 12 for widths 2 and 4 and up to 24 for width 8",
        "18",
        Verdict::SelfContradictory,
        format!(
            "the grid of the published code has {} such networks, that of the text {}; 18 come out with a depth of 1 for \
             each width, which is in neither",
            count_up_to(&published),
            count_up_to(&stated)
        ),
        Some(View::exact("the grid of the published code", count_up_to(&published) as f64, "")),
    );
}

/// Parameters of the networks of the third experiment: 3×3 convolutions on three colours, then two kinds of pooling and
/// a linear layer.
fn cifar_parameters(depth: usize, width: usize, classes: usize) -> usize {
    width * (27 + 1) + (depth - 1) * width * (9 * width + 1) + 2 * width * classes + classes
}

fn efficiency(book: &mut Book, evidence: &Evidence) {
    let pairs = crate::jumpstart::efficiency::PAIRS;
    let parts: Vec<bool> = pairs
        .iter()
        .flat_map(|[[d, w], [e, v]]| [d * w == e * v, cifar_parameters(*d, *w, 10) < cifar_parameters(*e, *v, 10)])
        .collect();
    book.judge(
        "20×8 has as many units as 10×16 and fewer parameters, and 20×32 than 10×64",
        "as many, and fewer",
        Rule::Parts,
        vec![View::parts("CIFAR-10, units and parameters of both pairs", &parts, "")],
    );
    super::beyond::efficiency(book, evidence);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_by_hand() {
        assert_eq!((stated().len(), stated().last()), (17, Some(&66)));
        assert_eq!((published().len(), published().last()), (18, Some(&68)));
        // 2, 4, 8, 12 twice, and with 16, 20, 24 more; 2, 6, 10 twice, and with 14, 18, 22 more.
        assert_eq!((count_up_to(&published()), count_up_to(&stated())), (15, 12));
        // 8·28 + 19·8·73 + 16·10 + 10.
        assert_eq!(cifar_parameters(20, 8, 10), 11_490);
    }
}
