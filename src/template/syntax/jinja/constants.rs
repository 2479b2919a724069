//! Constants of Jinja that are worked out: numbers, comparisons, filters as minijinja has them where Jinja2 gives the same.

use std::sync::LazyLock;

use minijinja::value::Kwargs;
use minijinja::{Environment, Value};

/// Filters of which both gave the same on texts, numbers and lists (Jinja2 3.1.6, minijinja 3.0.5; 2026-11).
const SAME: &[&str] = &[
    "abs",
    "capitalize",
    "first",
    "format",
    "indent",
    "int",
    "last",
    "max",
    "min",
    "replace",
    "reverse",
    "sort",
    "sum",
    "title",
    "trim",
    "unique",
];

/// The most items of a range, and bytes of a text that a filter makes.
const MOST_ITEMS: usize = 100;
const MOST_BYTES: usize = 1 << 18;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(Environment::new);

/// The value of a filter; `None` for one of which Jinja2 may give another.
pub(super) fn filtered(name: &str, value: &Value, positional: Vec<Value>, named: Vec<(&str, Value)>) -> Option<Value> {
    let is_small = value.as_str().is_none_or(|text| text.len() <= MOST_BYTES / 64);
    // Python has letters of its own for the beginnings of words, such as that of `ß`.
    let is_other = |letter: char| letter.to_uppercase().count() > 1;
    let is_other =
        ["capitalize", "title"].contains(&name) && value.as_str().is_some_and(|text| text.contains(is_other));
    if !SAME.contains(&name) || !is_small || is_other {
        return None;
    }
    let mut arguments = vec![value.clone()];
    arguments.extend(positional);
    if !named.is_empty() {
        arguments.push(named.into_iter().collect::<Kwargs>().into());
    }
    let made = ENVIRONMENT.empty_state().apply_filter(name, &arguments).ok()?;
    let items: Option<Vec<Value>> = match made.kind() {
        // A lazy list is one that is written out.
        minijinja::value::ValueKind::Iterable => Some(made.try_iter().ok()?.take(MOST_ITEMS + 1).collect()),
        _ => None,
    };
    match items {
        Some(items) if items.len() > MOST_ITEMS => None,
        Some(items) => Some(items.into()),
        None => made.as_str().is_none_or(|text| text.len() <= MOST_BYTES).then_some(made),
    }
}

/// A whole number.
fn whole(value: &Value) -> Option<i128> {
    value.is_integer().then(|| i128::try_from(value.clone()).ok()).flatten()
}

/// A number as a value, if others can hold it too.
fn number(number: i128) -> Option<Value> {
    i64::try_from(number).ok().map(Value::from)
}

/// The negation of a whole number.
pub(super) fn negated(value: &Value) -> Option<Value> {
    number(whole(value)?.checked_neg()?)
}

/// The value of an operator between two whole numbers, as Python has it.
pub(super) fn calculated(operator: char, left: &Value, right: &Value) -> Option<Value> {
    let (left, right) = (whole(left)?, whole(right)?);
    number(match operator {
        '+' => left.checked_add(right)?,
        '-' => left.checked_sub(right)?,
        '*' => left.checked_mul(right)?,
        // Downwards, whatever the signs.
        '/' => {
            let truncated = left.checked_div(right)?;
            let is_lower = left % right != 0 && (left < 0) != (right < 0);
            truncated - i128::from(is_lower)
        }
        '%' => left.checked_rem(right)?.checked_add(right)? % right,
        _ => return None,
    })
}

/// The order of two numbers or two texts.
pub(super) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (whole(left), whole(right), left.as_str(), right.as_str()) {
        (Some(left), Some(right), ..) => Some(left.cmp(&right)),
        (.., Some(left), Some(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Tells whether a list has an item, or a text another.
pub(super) fn contains(holder: &Value, item: &Value) -> Option<bool> {
    match (holder.as_str(), item.as_str()) {
        (Some(holder), Some(item)) => Some(holder.contains(item)),
        (Some(_), None) => None,
        _ => Some(holder.try_iter().ok()?.any(|one| one == *item)),
    }
}

/// The numbers of `range(from, to, step)`.
pub(super) fn range(given: &[Value]) -> Option<Value> {
    let numbers: Vec<i128> = given.iter().map(whole).collect::<Option<_>>()?;
    let (from, to, step) = match numbers.as_slice() {
        [to] => (0, *to, 1),
        [from, to] => (*from, *to, 1),
        [from, to, step] if *step > 0 => (*from, *to, *step),
        _ => return None,
    };
    let step = usize::try_from(step).ok()?;
    let all: Vec<Value> = (from..to).step_by(step).take(MOST_ITEMS + 1).map(number).collect::<Option<_>>()?;
    (all.len() <= MOST_ITEMS).then(|| all.into())
}
