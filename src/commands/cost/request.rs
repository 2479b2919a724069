//! One request in numbers, as the command line gives it: how its prompt falls into hits, written tokens and misses.

use anyhow::bail;

use super::calculator::CalculatorArgs;
use crate::money::Decimal;
use crate::rates::{Lifetime, Usage, Written};

/// The share of a prompt that is a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HitRatio(Decimal);

impl HitRatio {
    /// A whole percentage.
    pub(super) fn percent(percent: u64) -> Self {
        Self(Decimal::from(percent) * Decimal::new(1, 2))
    }

    /// Hit tokens among so many, rounded down to whole tokens: never more hits than asked for.
    pub(super) fn hits_among(self, prompt_tokens: u64) -> u64 {
        u64::try_from((Decimal::from(prompt_tokens) * self.0).floor()).unwrap_or(prompt_tokens)
    }

    /// Reads `0.6` or `60%`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let read = |text: &str| Decimal::from_str_exact(text).ok();
        let ratio = match text.strip_suffix('%') {
            Some(percent) => read(percent).map(|percent| percent * Decimal::new(1, 2)),
            None => read(text),
        };
        let ratio = ratio.filter(|ratio| (Decimal::ZERO..=Decimal::ONE).contains(ratio)).map(Self);
        ratio.ok_or_else(|| "a hit ratio lies between 0 and 1 and looks like 0.6 or 60%".into())
    }
}

/// Reads `5m`, `30m`, `1h` or `12h`.
pub(super) fn lifetime(text: &str) -> Result<Lifetime, String> {
    let lifetimes = [Lifetime::FiveMinutes, Lifetime::HalfHour, Lifetime::Hour, Lifetime::HalfDay];
    let found = lifetimes.into_iter().find(|lifetime| lifetime.to_string() == text);
    found.ok_or_else(|| "a write lives 5m, 30m, 1h or 12h".into())
}

/// The tokens of the whole prompt.
pub(super) fn prompt_tokens(args: &CalculatorArgs) -> anyhow::Result<u64> {
    if let Some(reasoning) = args.reasoning_tokens.filter(|reasoning| *reasoning > args.output_tokens) {
        bail!(
            "{reasoning} reasoning tokens are more than the {} of the answer, which includes them",
            args.output_tokens
        );
    }
    let parts = args.hit_tokens.zip(args.miss_tokens);
    let sum = parts.and_then(|(hit, miss)| hit.checked_add(miss)?.checked_add(args.written_tokens));
    match (args.prompt_tokens, parts, sum) {
        (_, Some(_), None) => bail!("the token counts are too large to be added"),
        (Some(prompt), Some(_), Some(sum)) if prompt != sum => {
            bail!("hit, written and miss tokens are {sum}, not the {prompt} of --prompt-tokens; leave one of them out")
        }
        (Some(prompt), _, _) | (None, _, Some(prompt)) => Ok(prompt),
        (None, None, None) => {
            bail!("the length of the prompt is missing: give --prompt-tokens, or --hit-tokens with --miss-tokens")
        }
    }
}

/// The hits of the prompt; `None` where nothing says.
pub(super) fn hit_tokens(args: &CalculatorArgs, prompt_tokens: u64) -> anyhow::Result<Option<u64>> {
    let rest = |less: u64| prompt_tokens.checked_sub(args.written_tokens)?.checked_sub(less);
    let given = args.hit_tokens.or(args.hit_ratio.map(|ratio| ratio.hits_among(prompt_tokens)));
    let hits = given.map_or_else(|| args.miss_tokens.map(rest), |hits| Some(rest(hits).map(|_| hits)));
    match hits {
        Some(None) => bail!("hit, written and miss tokens are more than the {prompt_tokens} of the prompt"),
        Some(hits) => Ok(hits),
        None => Ok(None),
    }
}

/// The usage with so many hits; where they leave too little room for what was written, less was written.
pub(super) fn usage(args: &CalculatorArgs, prompt_tokens: u64, hit_tokens: u64) -> Usage {
    let rest = prompt_tokens.saturating_sub(hit_tokens);
    let tokens = args.written_tokens.min(rest);
    let mut written = Written::default();
    let lifetime = match args.write_lifetime.unwrap_or_default() {
        Lifetime::Default => &mut written.unstated,
        Lifetime::FiveMinutes => &mut written.five_minutes,
        Lifetime::HalfHour => &mut written.half_hour,
        Lifetime::Hour => &mut written.hour,
        Lifetime::HalfDay => &mut written.half_day,
    };
    *lifetime = tokens;
    Usage {
        hit_tokens,
        miss_tokens: rest - tokens,
        written,
        output_tokens: args.output_tokens,
        reasoning_tokens: args.reasoning_tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(prompt: Option<u64>, hit: Option<u64>, miss: Option<u64>) -> CalculatorArgs {
        CalculatorArgs { prompt_tokens: prompt, hit_tokens: hit, miss_tokens: miss, ..CalculatorArgs::default() }
    }

    #[test]
    fn a_ratio_is_read_as_share_or_percentage_and_rounds_down() {
        let ratio = |text| HitRatio::parse(text).unwrap();
        assert_eq!(ratio("60%"), ratio("0.6"));
        assert_eq!(
            [ratio("0.6").hits_among(100_000), ratio("0.999").hits_among(999), ratio("1").hits_among(u64::MAX)],
            [60_000, 998, u64::MAX]
        );
        for text in ["", "1.01", "-0.1", "101%", "%", "1e-1", "half"] {
            assert!(HitRatio::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn any_two_of_prompt_hits_and_misses_give_the_third() {
        for args in [args(Some(100), Some(60), None), args(Some(100), None, Some(40)), args(None, Some(60), Some(40))] {
            assert_eq!(prompt_tokens(&args).unwrap(), 100);
            assert_eq!(hit_tokens(&args, 100).unwrap(), Some(60));
        }
        assert_eq!(hit_tokens(&args(Some(100), None, None), 100).unwrap(), None);
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        assert!(prompt_tokens(&args(Some(99), Some(60), Some(40))).is_err());
        assert!(prompt_tokens(&args(None, Some(60), None)).is_err());
        assert!(prompt_tokens(&args(None, Some(u64::MAX), Some(1))).is_err());
        assert!(hit_tokens(&args(Some(50), Some(60), None), 50).is_err());
        assert!(hit_tokens(&args(Some(50), None, Some(60)), 50).is_err());
        let written = CalculatorArgs { written_tokens: 50, ..args(Some(100), Some(60), None) };
        assert!(hit_tokens(&written, 100).is_err());
    }
}
