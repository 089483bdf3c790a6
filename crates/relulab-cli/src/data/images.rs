//! The four IDX files of MNIST and its like, by their usual names.

use crate::failure::Failure;
use relulab_io::idx::{self, ImagesError};
use relulab_net::Dataset;
use std::path::{Path, PathBuf};

/// A dataset of images.
#[derive(Debug)]
pub struct Source {
    /// Its name on the command line.
    pub name: &'static str,
    /// The address under which its four files lie, compressed.
    pub home: &'static str,
    /// Names of the files, without `.gz`, and the SHA-256 of what they hold unpacked.
    pub files: [(&'static str, &'static str); 4],
}

/// All of them; the homes are those that PyTorch's torchvision and the authors of Fashion-MNIST name.
pub const SOURCES: [Source; 2] = [
    Source {
        name: "mnist",
        home: "https://ossci-datasets.s3.amazonaws.com/mnist",
        files: [
            ("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            ("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            ("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            ("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        ],
    },
    Source {
        name: "fashion_mnist",
        home: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        files: [
            ("train-images-idx3-ubyte", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            ("train-labels-idx1-ubyte", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            ("t10k-images-idx3-ubyte", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            ("t10k-labels-idx1-ubyte", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
        ],
    },
];

impl Source {
    /// The source of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SOURCES.iter().find(|source| source.name == name)
    }

    /// Reads the images to train on, or those to test with, from the folder that an option names, compressed or not.
    ///
    /// # Errors
    /// In one line with the file's name.
    pub fn read(&self, option: &str, folder: &Path, is_test: bool) -> Result<Dataset, Failure> {
        let first = if is_test { 2 } else { 0 };
        let [images, labels] = [first, first + 1].map(|index| find(option, folder, self.files[index].0));
        let (images, labels) = (images?, labels?);
        let read = |path: &Path| std::fs::read(path).map_err(|error| Failure::at(&path.display().to_string(), error));
        let place = |path: &Path, message: String| Failure::at(&path.display().to_string(), message);
        idx::read_images(&read(&images)?, &read(&labels)?).map_err(|error| match error {
            ImagesError::Images(error) => place(&images, error.to_string()),
            ImagesError::Labels(error) => place(&labels, error.to_string()),
            ImagesError::Dataset(error) => place(&labels, error.to_string()),
        })
    }
}

/// The file of that name in a folder; packages write a dot for a dash, and some files are compressed.
fn find(option: &str, folder: &Path, name: &str) -> Result<PathBuf, Failure> {
    let dotted = name.replacen("-idx", ".idx", 1);
    let names = [name.to_owned(), format!("{name}.gz"), dotted.clone(), format!("{dotted}.gz")];
    let found = names.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| {
        let message = format!("{}: expected the file {name} or {name}.gz in this folder", folder.display());
        Failure::at(option, message)
    })
}
