//! The plan and the machine as tables of names and values.

use crate::escape::escape_text;
use crate::html::Table;
use serde_json::Value;

/// The data file of a plan.
pub(super) struct DataFile<'a> {
    path: &'a str,
    /// Folds of the cross-validation.
    pub folds: u64,
    label: Option<&'a str>,
    sha256: Option<&'a str>,
}

impl<'a> DataFile<'a> {
    /// The data file that a plan names; `None` for a plan of formulas, and for a plan of another form than ours.
    pub(super) fn of(plan: &'a Value) -> Option<Self> {
        let data = plan.get("data")?;
        let text = |name: &str| data.get(name).and_then(Value::as_str);
        let folds = data.get("folds")?.as_u64()?;
        Some(Self { path: text("path")?, folds, label: text("label"), sha256: text("sha256") })
    }

    fn rows(&self) -> Vec<(String, String)> {
        let row = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut rows = vec![row("data file", self.path), row("folds", &self.folds.to_string())];
        rows.extend(self.label.map(|label| row("label column", label)));
        rows.extend(self.sha256.map(|sum| row("SHA-256 of the file", sum)));
        rows
    }
}

/// The section that says what was planned and where it ran.
pub(super) fn section(plan: &Value, machine: &[(String, String)]) -> String {
    let rows = rows(plan);
    let block = |heading: &str, rows: &[(String, String)]| {
        if rows.is_empty() {
            return String::new();
        }
        let mut table = Table::new("pairs", "", &[]);
        for (name, value) in rows {
            table.row(vec![escape_text(name), escape_text(value)]);
        }
        format!("<div><h3>{heading}</h3>{}</div>", table.finish())
    };
    format!(
        "<section id=\"plan\"><h2>Plan and machine</h2><div class=\"columns\">{}{}</div></section>\n",
        block("Plan", &rows),
        block("Machine", machine)
    )
}

/// The plan as names and values; a data file, which says what the study is about, comes first.
fn rows(plan: &Value) -> Vec<(String, String)> {
    let data = DataFile::of(plan);
    let mut rows = data.as_ref().map(DataFile::rows).unwrap_or_default();
    match (data, plan) {
        (Some(_), Value::Object(fields)) => {
            let rest = fields.iter().filter(|(name, _)| *name != "data");
            flatten(&rest.map(|(name, field)| (name.clone(), field.clone())).collect(), "", &mut rows);
        }
        _ => flatten(plan, "", &mut rows),
    }
    rows
}

/// Turns nested objects into dotted names, and lists of plain values into one text.
fn flatten(value: &Value, name: &str, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let name = if name.is_empty() {
                    key.replace('_', " ")
                } else {
                    format!("{name} · {}", key.replace('_', " "))
                };
                flatten(field, &name, rows);
            }
        }
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(plain).collect();
            rows.push((name.to_owned(), texts.join(", ")));
        }
        // A plan that is one bare value still gets a name.
        other => rows.push((if name.is_empty() { "plan".to_owned() } else { name.to_owned() }, plain(other))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_data_file_comes_first() {
        let texts = |plan: &Value| -> Vec<String> {
            rows(plan).into_iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let data = json!({"path": "a/b.csv", "folds": 5, "label": null, "sha256": "00ff"});
        let plan = json!({"batch": 64, "data": data});
        assert_eq!(texts(&plan), ["data file=a/b.csv", "folds=5", "SHA-256 of the file=00ff", "batch=64"]);
        assert_eq!(texts(&json!({"data": {"path": 3}})), ["data · path=3"], "a plan of another form");
    }

    #[test]
    fn plans_flatten_and_escape() {
        let plan =
            json!({"target": "x<1", "optimiser": {"adam": {"learning_rate": 0.01}}, "depths": [1, 2], "data": null});
        let mut rows = Vec::new();
        flatten(&plan, "", &mut rows);
        let rows: Vec<String> = rows.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(rows, ["data=none", "depths=1, 2", "optimiser · adam · learning rate=0.01", "target=x<1"]);
        assert!(section(&plan, &[]).contains("x&lt;1"));
        assert!(!section(&Value::Null, &[]).contains("Machine</h3>"));
    }
}
