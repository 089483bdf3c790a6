//! Changes of certificates, for tests.

use serde_json::Value;

/// Every single change of a JSON value: numbers moved, words altered, list entries dropped, doubled and swapped.
pub(crate) fn changes(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![Value::from(1)],
        Value::Bool(value) => vec![Value::from(!value)],
        Value::Number(number) => {
            let one = number.as_f64().unwrap();
            let moved = [one + 1.0, one * (1.0 + 1e-12) + 1e-300, -one - 0.5];
            let whole = number.as_u64().map(|n| vec![Value::from(n + 1), Value::from(n.saturating_sub(1))]);
            moved.map(Value::from).into_iter().chain(whole.into_iter().flatten()).filter(|new| new != value).collect()
        }
        Value::String(text) => vec![Value::from(format!("{text}x")), Value::from("")],
        Value::Array(list) => {
            let mut all = Vec::new();
            for (at, entry) in list.iter().enumerate() {
                for new in changes(entry) {
                    let mut list = list.clone();
                    list[at] = new;
                    all.push(Value::from(list));
                }
                let mut shorter = list.clone();
                shorter.remove(at);
                let mut longer = list.clone();
                longer.insert(at, entry.clone());
                all.extend([Value::from(shorter), Value::from(longer)]);
            }
            all
        }
        Value::Object(fields) => {
            let mut all = Vec::new();
            for (name, entry) in fields {
                for new in changes(entry) {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), new);
                    all.push(Value::from(fields));
                }
                let mut fewer = fields.clone();
                fewer.remove(name);
                all.push(Value::from(fewer));
            }
            let mut more = fields.clone();
            more.insert("more".to_owned(), Value::from(0));
            all.push(Value::from(more));
            all
        }
    }
}
