//! The house keeps its own rules: dependencies go down the floors, files are tidy, the pages say what the code says.

mod conventions_page;
mod floors;
mod tidiness;
mod workspace;
