//! Number of tokens in a block of a trace, and the check that it fits.

use crate::exchange::BlockTrace;

/// The sizes in published traces that do not say them, the first that fits: Mooncake's (FAST'25, 2025-02), and those of Alibaba's
/// Qwen-Bailian (`qwen-bailian-usagetraces-anon`, ATC'25, 2025-07).
const PUBLISHED: [u64; 2] = [512, 16];

/// Tokens in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockSize {
    pub(super) tokens: u64,
    /// Reason why counts by it may be wrong.
    pub(super) doubt: Option<&'static str>,
}

impl BlockSize {
    /// Of a trace's line: as the user asked for, else as the line says, else the published size that its blocks hold its tokens in.
    /// A few tokens in one block fit any size, and are taken to have the `usual` one.
    pub(super) fn choose(trace: &BlockTrace, asked: Option<u64>, usual: Option<u64>) -> Self {
        if let Some(tokens) = asked.or(trace.block_size) {
            let doubt =
                "their blocks do not hold as many tokens as they have: the size of blocks is another (--block-size)";
            return Self { tokens, doubt: (!fits(trace, tokens)).then_some(doubt) };
        }
        if trace.input_length.is_none() {
            let doubt = "neither tokens nor the size of blocks in the line: taken as blocks of 512 (--block-size names another)";
            return Self { tokens: PUBLISHED[0], doubt: Some(doubt) };
        }
        let fitting = usual.into_iter().chain(PUBLISHED).find(|tokens| fits(trace, *tokens));
        let doubt =
            "blocks of neither 512 nor 16 tokens hold as many as the line has: name their size with --block-size";
        Self { tokens: fitting.unwrap_or(PUBLISHED[0]), doubt: fitting.is_none().then_some(doubt) }
    }
}

/// True if so many blocks hold the tokens, the last one whole or in part or, as in some traces, left out.
fn fits(trace: &BlockTrace, tokens: u64) -> bool {
    let blocks = trace.hash_ids.len() as u64;
    trace.input_length.is_none_or(|length| blocks == length.div_ceil(tokens) || blocks == length / tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(blocks: u64, length: Option<u64>, said: Option<u64>, asked: Option<u64>) -> (u64, bool) {
        let trace =
            BlockTrace { hash_ids: (0..blocks).collect(), input_length: length, output_length: None, block_size: said };
        let BlockSize { tokens, doubt } = BlockSize::choose(&trace, asked, None);
        (tokens, doubt.is_some())
    }

    #[test]
    fn a_trace_that_does_not_say_has_the_published_size_that_fits() {
        assert_eq!(size(3, Some(1100), None, None), (512, false));
        assert_eq!(size(7, Some(100), None, None), (16, false));
        assert_eq!(size(6, Some(100), None, None), (16, false));
        assert_eq!(size(1, Some(10), None, None), (512, false));
        assert_eq!(size(5, Some(300), None, None), (512, true));
        assert_eq!(size(5, None, None, None), (512, true));
    }

    #[test]
    fn what_fits_any_size_has_the_one_of_the_lines_before() {
        let few = BlockTrace { hash_ids: vec![1], input_length: Some(10), ..BlockTrace::default() };
        let some = BlockTrace { hash_ids: vec![1, 2], input_length: Some(600), ..BlockTrace::default() };
        assert_eq!(BlockSize::choose(&few, None, Some(16)).tokens, 16);
        assert_eq!(BlockSize::choose(&some, None, Some(16)).tokens, 512);
    }

    #[test]
    fn what_is_said_or_asked_for_holds_even_where_it_cannot_be() {
        assert_eq!(size(5, Some(300), Some(64), None), (64, false));
        assert_eq!(size(5, Some(300), Some(64), Some(100)), (100, true));
        assert_eq!(size(5, Some(300), Some(512), None), (512, true));
        assert_eq!(size(5, None, Some(64), None), (64, false));
    }
}
