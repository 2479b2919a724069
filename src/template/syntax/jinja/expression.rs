//! Expressions of Jinja: their value where it is constant, the variables that they are made of, the texts in them.

use minijinja::Value;
use minijinja::machinery::ast::{BinOp, BinOpKind, CallArg, CompareOpKind, Expr, UnaryOpKind};
use minijinja::value::ValueKind;

use super::bound::{Bound, Meaning};
use super::constants;

/// The most bytes of a text that is worked out: one that doubles itself again and again would fill the memory.
const MOST_BYTES: usize = 1 << 18;

/// The value of an expression that is the same in each request, as far as it is worked out here.
pub(super) fn constant(expression: &Expr<'_>, bound: &Bound<'_, '_>) -> Option<Value> {
    match expression {
        Expr::Const(constant) => Some(constant.value.clone()),
        Expr::Var(variable) => match bound.get(variable.id)? {
            Meaning::Constant(value) => Some(value.clone()),
            _ => None,
        },
        Expr::List(list) => {
            list.items.iter().map(|item| constant(item, bound)).collect::<Option<Vec<_>>>().map(Into::into)
        }
        Expr::Tuple(list) => {
            list.items.iter().map(|item| constant(item, bound)).collect::<Option<Vec<_>>>().map(Into::into)
        }
        Expr::GetAttr(attribute) => constant(&attribute.expr, bound)?.get_attr(attribute.name).ok(),
        Expr::GetItem(item) => constant(&item.expr, bound)?.get_item(&constant(&item.subscript_expr, bound)?).ok(),
        Expr::UnaryOp(operation) => match operation.op {
            UnaryOpKind::Not => Some((!truth(&operation.expr, bound)?).into()),
            UnaryOpKind::Neg => constants::negated(&constant(&operation.expr, bound)?),
        },
        Expr::BinOp(operation) => joined(operation, bound),
        Expr::Compare(compare) => {
            let [only] = compare.ops.as_slice() else { return None };
            let (left, right) = (constant(&compare.expr, bound)?, constant(&only.expr, bound)?);
            compared(only.op, &left, &right)
        }
        Expr::IfExpr(condition) => match (truth(&condition.test_expr, bound)?, &condition.false_expr) {
            (true, _) => constant(&condition.true_expr, bound),
            (false, Some(other)) => constant(other, bound),
            (false, None) => Some("".into()),
        },
        Expr::Map(map) => map.as_const(),
        Expr::Call(call) => match &call.expr {
            Expr::Var(name) if name.id == "range" && bound.get("range").is_none() => {
                let (given, named) = given(&call.args, bound)?;
                named.is_empty().then(|| constants::range(&given)).flatten()
            }
            _ => None,
        },
        Expr::Filter(filter) => filtered(filter.name, &filter.args, &constant(filter.expr.as_ref()?, bound)?, bound),
        Expr::Test(test) => {
            let value = constant(&test.expr, bound)?;
            match test.name {
                "defined" => Some((!value.is_undefined()).into()),
                "undefined" => Some(value.is_undefined().into()),
                "none" => Some(value.is_none().into()),
                _ => None,
            }
        }
        Expr::Slice(_) => None,
    }
}

/// The value of two expressions with an operator between them.
fn joined(operation: &BinOp<'_>, bound: &Bound<'_, '_>) -> Option<Value> {
    let (left, right) = (constant(&operation.left, bound), constant(&operation.right, bound));
    match operation.op {
        BinOpKind::ScAnd => {
            let left = left?;
            if left.is_true() { right } else { Some(left) }
        }
        BinOpKind::ScOr => {
            let left = left?;
            if left.is_true() { Some(left) } else { right }
        }
        BinOpKind::Concat => bounded(printed(&left?)? + &printed(&right?)?),
        BinOpKind::Add => {
            let (left, right) = (left?, right?);
            match (left.as_str(), right.as_str()) {
                (Some(left), Some(right)) => bounded(left.to_owned() + right),
                _ => constants::calculated('+', &left, &right),
            }
        }
        BinOpKind::Eq => compared(CompareOpKind::Eq, &left?, &right?),
        BinOpKind::Ne => compared(CompareOpKind::Ne, &left?, &right?),
        BinOpKind::Lt => compared(CompareOpKind::Lt, &left?, &right?),
        BinOpKind::Lte => compared(CompareOpKind::Lte, &left?, &right?),
        BinOpKind::Gt => compared(CompareOpKind::Gt, &left?, &right?),
        BinOpKind::Gte => compared(CompareOpKind::Gte, &left?, &right?),
        BinOpKind::In => compared(CompareOpKind::In, &left?, &right?),
        BinOpKind::Sub => constants::calculated('-', &left?, &right?),
        BinOpKind::Mul => constants::calculated('*', &left?, &right?),
        BinOpKind::FloorDiv => constants::calculated('/', &left?, &right?),
        BinOpKind::Rem => constants::calculated('%', &left?, &right?),
        _ => None,
    }
}

/// The truth of a comparison.
fn compared(operator: CompareOpKind, left: &Value, right: &Value) -> Option<Value> {
    let order = || constants::order(left, right);
    Some(
        match operator {
            CompareOpKind::Eq => left == right,
            CompareOpKind::Ne => left != right,
            CompareOpKind::Lt => order()?.is_lt(),
            CompareOpKind::Lte => order()?.is_le(),
            CompareOpKind::Gt => order()?.is_gt(),
            CompareOpKind::Gte => order()?.is_ge(),
            CompareOpKind::In => constants::contains(right, left)?,
            CompareOpKind::NotIn => !constants::contains(right, left)?,
        }
        .into(),
    )
}

/// Values given without names, and those with them.
type Given<'e> = (Vec<Value>, Vec<(&'e str, Value)>);

/// The arguments of a call, if all of them are constant.
fn given<'e>(arguments: &'e [CallArg<'_>], bound: &Bound<'_, '_>) -> Option<Given<'e>> {
    let (mut positional, mut named) = (Vec::new(), Vec::new());
    for argument in arguments {
        match argument {
            CallArg::Pos(value) => positional.push(constant(value, bound)?),
            CallArg::Kwarg(name, value) => named.push((*name, constant(value, bound)?)),
            CallArg::PosSplat(_) | CallArg::KwargSplat(_) => return None,
        }
    }
    Some((positional, named))
}

/// The text that a block within `{% filter … %}` becomes.
pub(super) fn block_filtered(filter: &Expr<'_>, text: &str, bound: &Bound<'_, '_>) -> Option<String> {
    fn value(filter: &Expr<'_>, text: &str, bound: &Bound<'_, '_>) -> Option<Value> {
        let Expr::Filter(filter) = filter else { return None };
        let inner = match &filter.expr {
            Some(before) => value(before, text, bound)?,
            None => text.into(),
        };
        filtered(filter.name, &filter.args, &inner, bound)
    }
    printed(&value(filter, text, bound)?)
}

fn bounded(text: String) -> Option<Value> {
    (text.len() <= MOST_BYTES).then(|| text.into())
}

fn filtered(name: &str, arguments: &[CallArg<'_>], value: &Value, bound: &Bound<'_, '_>) -> Option<Value> {
    let text = || printed(value);
    match (name, arguments) {
        ("upper", []) => Some(text()?.to_uppercase().into()),
        ("lower", []) => Some(text()?.to_lowercase().into()),
        ("trim", []) => Some(text()?.trim().into()),
        ("string" | "safe", []) => Some(text()?.into()),
        ("length" | "count", []) => Some(value.len()?.into()),
        ("default" | "d", [CallArg::Pos(other)]) if value.is_undefined() => constant(other, bound),
        ("default" | "d", [CallArg::Pos(_)]) => Some(value.clone()),
        ("join", separator) if separator.len() < 2 => {
            let separator = match separator {
                [CallArg::Pos(separator)] => printed(&constant(separator, bound)?)?,
                [] => String::new(),
                _ => return None,
            };
            if value.kind() != ValueKind::Seq {
                return None;
            }
            let items: Option<Vec<String>> = value.try_iter().ok()?.map(|item| printed(&item)).collect();
            bounded(items?.join(&separator))
        }
        (name, arguments) => {
            let (positional, named) = given(arguments, bound)?;
            constants::filtered(name, value, positional, named)
        }
    }
}

/// The truth of an expression that is the same in each request.
pub(super) fn truth(expression: &Expr<'_>, bound: &Bound<'_, '_>) -> Option<bool> {
    constant(expression, bound).map(|value| value.is_true())
}

/// A value as Jinja2 writes it; `None` for what it writes as Python does.
pub(super) fn printed(value: &Value) -> Option<String> {
    match value.kind() {
        ValueKind::Undefined => Some(String::new()),
        ValueKind::None => Some("None".into()),
        ValueKind::Bool => Some(if value.is_true() { "True" } else { "False" }.into()),
        ValueKind::String => value.as_str().map(str::to_owned),
        ValueKind::Number if value.is_integer() => Some(value.to_string()),
        _ => None,
    }
}

/// An expression that makes a text of names whose text is not read, or of known texts in another way than to insert them.
pub(super) fn is_unread(expression: &Expr<'_>, bound: &Bound<'_, '_>) -> bool {
    match expression {
        Expr::Var(variable) => {
            variable.id == "self" || !matches!(bound.get(variable.id), None | Some(Meaning::Variables(_)))
        }
        other => parts(other).into_iter().any(|part| is_unread(part, bound)),
    }
}

/// The variables that an expression is made of, in order; none where it calls a function, whose value is its own.
pub(super) fn names(expression: &Expr<'_>, bound: &Bound<'_, '_>) -> Vec<String> {
    let mut found = Some(Vec::new());
    visit(expression, bound, &mut found);
    found.unwrap_or_default()
}

pub(super) fn visit(expression: &Expr<'_>, bound: &Bound<'_, '_>, found: &mut Option<Vec<String>>) {
    let mut each = |inner: &[&Expr<'_>]| inner.iter().for_each(|inner| visit(inner, bound, found));
    match expression {
        Expr::Var(variable) => {
            let known = match bound.get(variable.id) {
                // A value that is the same in each request decides nothing.
                Some(Meaning::Constant(_)) => return,
                Some(Meaning::Variables(names)) if names.is_empty() => return *found = None,
                Some(Meaning::Variables(names)) => names.clone(),
                _ => vec![variable.id.to_owned()],
            };
            if let Some(names) = found {
                names.extend(known);
                names.dedup();
            }
        }
        Expr::Const(_) => {}
        Expr::UnaryOp(operation) => each(&[&operation.expr]),
        Expr::BinOp(operation) => each(&[&operation.left, &operation.right]),
        Expr::GetAttr(attribute) => each(&[&attribute.expr]),
        Expr::GetItem(item) => each(&[&item.expr, &item.subscript_expr]),
        Expr::Slice(slice) => each(&[&slice.expr]),
        Expr::IfExpr(condition) => {
            each(&[&condition.test_expr, &condition.true_expr]);
            if let Some(other) = &condition.false_expr {
                visit(other, bound, found);
            }
        }
        Expr::Filter(filter) => {
            if let Some(inner) = &filter.expr {
                each(&[inner]);
            }
            for argument in &filter.args {
                if let CallArg::Pos(inner) | CallArg::Kwarg(_, inner) = argument {
                    visit(inner, bound, found);
                }
            }
        }
        Expr::Test(test) => each(&[&test.expr]),
        _ => *found = None,
    }
}

/// The expressions that an expression is made of.
fn parts<'e, 'a>(expression: &'e Expr<'a>) -> Vec<&'e Expr<'a>> {
    match expression {
        Expr::Var(_) | Expr::Const(_) => Vec::new(),
        Expr::Slice(slice) => [Some(&slice.expr), slice.start.as_ref(), slice.stop.as_ref(), slice.step.as_ref()]
            .into_iter()
            .flatten()
            .collect(),
        Expr::UnaryOp(operation) => vec![&operation.expr],
        Expr::BinOp(operation) => vec![&operation.left, &operation.right],
        Expr::Compare(compare) => std::iter::once(&compare.expr).chain(compare.ops.iter().map(|op| &op.expr)).collect(),
        Expr::IfExpr(condition) => {
            let both = [&condition.test_expr, &condition.true_expr];
            both.into_iter().chain(condition.false_expr.as_ref()).collect()
        }
        Expr::Filter(filter) => filter.expr.iter().chain(filter.args.iter().map(argument)).collect(),
        Expr::Test(test) => std::iter::once(&test.expr).chain(test.args.iter().map(argument)).collect(),
        Expr::GetAttr(attribute) => vec![&attribute.expr],
        Expr::GetItem(item) => vec![&item.expr, &item.subscript_expr],
        Expr::Call(call) => std::iter::once(&call.expr).chain(call.args.iter().map(argument)).collect(),
        Expr::List(list) => list.items.iter().collect(),
        Expr::Tuple(tuple) => tuple.items.iter().collect(),
        Expr::Map(map) => map.keys.iter().chain(&map.values).collect(),
    }
}

fn argument<'e, 'a>(argument: &'e CallArg<'a>) -> &'e Expr<'a> {
    match argument {
        CallArg::Pos(value) | CallArg::Kwarg(_, value) | CallArg::PosSplat(value) | CallArg::KwargSplat(value) => value,
    }
}

/// The expression makes a text and no number.
pub(super) fn is_text(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(constant) => constant.value.as_str().is_some(),
        Expr::BinOp(operation) => match operation.op {
            BinOpKind::Concat => true,
            BinOpKind::Add => is_text(&operation.left) || is_text(&operation.right),
            _ => false,
        },
        _ => false,
    }
}

/// A text is written in the expression, apart from the keys and arguments by which it takes a value.
pub(super) fn has_text(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(constant) => constant.value.as_str().is_some_and(|text| !text.is_empty()),
        Expr::GetItem(item) => has_text(&item.expr),
        Expr::Filter(filter) => filter.expr.as_ref().is_some_and(has_text),
        Expr::Call(_) | Expr::Compare(_) | Expr::Test(_) => false,
        other => parts(other).into_iter().any(has_text),
    }
}
