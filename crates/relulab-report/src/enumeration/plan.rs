//! The plan and the machine as tables of names and values.

use crate::escape::escape_text;
use crate::html::Table;
use serde_json::Value;

/// The section that says what was planned and where it ran.
pub(super) fn section(plan: &Value, machine: &[(String, String)]) -> String {
    let mut rows = Vec::new();
    flatten(plan, "", &mut rows);
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
