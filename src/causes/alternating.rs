//! Parts of a request that come and go: which requests have them.

use std::collections::HashMap;

use super::code::CauseCode;

/// The cause of a part that comes and goes: that of the requests which are not as most are, which have it or not. Other causes stay.
pub(super) fn of_unusual(code: CauseCode, is_usually_there: bool) -> CauseCode {
    let ways = [
        (CauseCode::ToolAdded, CauseCode::ToolRemoved),
        (CauseCode::TextInserted, CauseCode::TextRemoved),
        (CauseCode::MessageInserted, CauseCode::MessageRemoved),
    ];
    let found = ways.into_iter().find(|(came, gone)| code == *came || code == *gone);
    found.map_or(code, |(came, gone)| if is_usually_there { gone } else { came })
}

/// Tells whether each request has what came and went at these; `None` where nothing tells.
pub(super) fn states(changes: &[(usize, bool)], references: &[Option<usize>]) -> Vec<Option<bool>> {
    let (mut first, mut roots): (HashMap<usize, bool>, Vec<usize>) = (HashMap::new(), Vec::new());
    for (call, reference) in references.iter().enumerate() {
        roots.push(reference.map_or(call, |reference| roots[reference]));
    }
    for (call, came) in changes {
        first.entry(roots[*call]).or_insert(!came);
    }
    let mut changes = changes.iter().peekable();
    let mut states: Vec<Option<bool>> = Vec::with_capacity(references.len());
    for (call, reference) in references.iter().enumerate() {
        let before = reference.map_or_else(|| first.get(&call).copied(), |reference| states[reference]);
        let mut state = before;
        while let Some((_, came)) = changes.next_if(|(at, _)| *at == call) {
            state = Some(*came);
        }
        states.push(state);
    }
    states
}

#[cfg(test)]
mod tests {
    use super::states;

    #[test]
    fn a_request_has_what_the_one_has_that_it_continues() {
        // Two conversations; the part is gone in the third request and comes again in the fifth.
        let references = [None, Some(0), Some(1), Some(0), Some(2)];
        let found = states(&[(2, false), (4, true)], &references);
        assert_eq!(found, [true, true, false, true, true].map(Some));
        assert_eq!(states(&[], &references), [None; 5]);
    }
}
