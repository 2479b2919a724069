//! Coarse figures in redacted lines: exact token counts and times can tell which call a line was.

use crate::exchange::{Exchange, Input, Redacted, Usage};
use crate::time::{SignedDuration, Timestamp};

/// Coarseness of the figures.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "Redaction")]
pub(super) struct Coarseness {
    /// Round token counts down to multiples of N; the counts are then estimates
    #[arg(long, value_name = "N", requires = "redact", value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    round: Option<u64>,

    /// Round times down to whole minutes
    #[arg(long, requires = "redact")]
    coarse_times: bool,
}

impl Coarseness {
    /// Makes the figures of a redacted request coarse.
    pub(super) fn apply(self, exchange: &mut Exchange) {
        if self.coarse_times {
            for time in [&mut exchange.time, &mut exchange.end_time] {
                *time = time.map(to_minute);
            }
        }
        let Some(step) = self.round else { return };
        let round = |count: &mut u64| *count -= *count % step;
        // A cost, divided by a price, is a count again.
        exchange.usage.logged_cost = None;
        let Usage {
            prompt_tokens,
            hit_tokens,
            written,
            output_tokens,
            reasoning_tokens,
            other_prompt,
            audio_tokens,
            ..
        } = &mut exchange.usage;
        let counts = [prompt_tokens, hit_tokens, output_tokens, reasoning_tokens, other_prompt];
        counts.into_iter().flatten().chain([audio_tokens]).for_each(round);
        if let Some(written) = written {
            let by_lifetime =
                [&mut written.five_minutes, &mut written.half_hour, &mut written.hour, &mut written.half_day];
            by_lifetime.into_iter().chain([&mut written.unstated]).for_each(round);
        }
        match &mut exchange.request.input {
            Input::Redacted(redacted) => round_redacted(redacted, step),
            Input::Blocks(trace) => {
                [&mut trace.input_length, &mut trace.output_length].into_iter().flatten().for_each(round);
            }
            Input::Messages(_) | Input::Text(_) | Input::Missing => {}
        }
    }
}

/// Rounds the counts of a prompt, which stay as long as the blocks whose fingerprints the line holds.
fn round_redacted(redacted: &mut Redacted, step: u64) {
    let in_blocks = redacted.fingerprints.len() as u64 * redacted.block_size;
    let total = redacted.prompt_tokens + redacted.output_tokens;
    redacted.prompt_tokens -= redacted.prompt_tokens % step;
    redacted.core_tokens = redacted.core_tokens.min(redacted.prompt_tokens);
    for end in &mut redacted.block_ends {
        end.tokens -= end.tokens % step;
    }
    redacted.output_tokens = (total - total % step).max(in_blocks).saturating_sub(redacted.prompt_tokens);
    redacted.estimated = Some(format!("rounded to {step} tokens by parse --redact --round"));
}

fn to_minute(time: Timestamp) -> Timestamp {
    let beyond = time.as_microsecond().rem_euclid(60_000_000);
    time.checked_sub(SignedDuration::from_micros(beyond)).unwrap_or(time)
}
