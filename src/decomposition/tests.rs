//! Properties of the decomposition, on numbers that are drawn.

use proptest::prelude::*;

use super::request::Tokens;
use super::{Decomposition, Factor, Request};

fn tokens() -> impl Strategy<Value = Tokens> {
    (1..5000_u64, 0..500_u64, 0..300_u64, 0..300_u64, 0..300_u64, 0..300_u64, 0..300_u64, 0..300_u64).prop_map(
        |(hit, new, first, opening, late, changed, unexplained, provider)| Tokens {
            prompt: hit + new + first + opening + late + changed + unexplained + provider,
            new,
            first,
            opening,
            late,
            changed,
            unexplained,
            provider,
        },
    )
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let model = prop::sample::select(vec![None, Some("a".to_owned()), Some("b".to_owned())]);
    let request = (model, 0..3_usize, 0..5_usize, tokens());
    let request = request.prop_map(|(model, route, turn, tokens)| Request { model, route, turn, tokens });
    prop::collection::vec(request, 1..30)
}

fn ratio(requests: &[Request]) -> f64 {
    let hit = |tokens: &Tokens| {
        let lost = tokens.late + tokens.changed + tokens.unexplained + tokens.provider;
        tokens.prompt - tokens.new - tokens.first - tokens.opening - lost
    };
    let hits: u64 = requests.iter().map(|request| hit(&request.tokens)).sum();
    crate::number::ratio(hits, requests.iter().map(|request| request.tokens.prompt).sum()).unwrap()
}

fn sum(decomposition: &Decomposition) -> f64 {
    Factor::ALL.iter().map(|factor| decomposition.part(*factor)).sum()
}

proptest! {
    #[test]
    fn both_ends_are_the_ratios_of_the_calls_and_the_parts_sum_to_the_difference(before in requests(), after in requests()) {
        let decomposition = Decomposition::new(&before, &after).unwrap();
        prop_assert!((decomposition.before - ratio(&before)).abs() < 1e-6);
        prop_assert!((decomposition.after - ratio(&after)).abs() < 1e-6);
        prop_assert!((sum(&decomposition) - (decomposition.after - decomposition.before)).abs() < 1e-9);
    }

    #[test]
    fn the_other_way_round_the_parts_have_the_other_sign(before in requests(), after in requests()) {
        let (there, back) = (Decomposition::new(&before, &after).unwrap(), Decomposition::new(&after, &before).unwrap());
        for factor in Factor::ALL {
            prop_assert!((there.part(factor) + back.part(factor)).abs() < 1e-5, "{factor:?}");
        }
    }

    #[test]
    fn what_is_the_same_on_both_sides_has_no_part(before in requests()) {
        let mut after = before.clone();
        for request in &mut after {
            // As many tokens as before, some of them behind a change.
            let tokens = &mut request.tokens;
            let hit = tokens.prompt - tokens.new - tokens.first - tokens.late - tokens.changed - tokens.unexplained - tokens.provider;
            tokens.changed += hit / 2;
        }
        let decomposition = Decomposition::new(&before, &after).unwrap();
        for factor in [Factor::SessionLength, Factor::Gaps, Factor::Mix, Factor::PromptSize] {
            prop_assert!(decomposition.part(factor).abs() < 1e-9, "{factor:?}");
        }
        prop_assert!(decomposition.part(Factor::Prefix) <= 0.0);
    }
}

#[test]
fn a_side_without_tokens_has_no_ratio() {
    assert_eq!(Decomposition::new(&[], &[Request::default()]), None);
}

#[test]
fn what_only_longer_sessions_lose_has_the_factor_of_its_loss() {
    let request =
        |turn, lost: Tokens| Request { turn, tokens: Tokens { prompt: 1000, new: 100, ..lost }, ..Request::default() };
    let (kept, changed) = (Tokens::default(), Tokens { changed: 900, ..Tokens::default() });
    let late = Tokens { late: 900, ..Tokens::default() };
    let before = [request(1, kept), request(2, kept)];
    let parts = |lost| {
        let after = [request(1, kept), request(2, kept), request(3, lost), request(4, lost)];
        let decomposition = Decomposition::new(&before, &after).unwrap();
        [Factor::SessionLength, Factor::Gaps, Factor::Prefix].map(|factor| decomposition.part(factor))
    };
    let is_none = |part: f64| part.abs() < 1e-9;
    assert!(parts(kept).into_iter().all(is_none));
    let [length, gaps, prefix] = parts(changed);
    assert!(prefix < -0.2 && is_none(gaps) && length > prefix / 2.0 - 0.3, "{length} {gaps} {prefix}");
    let [_, gaps, prefix] = parts(late);
    assert!(gaps < -0.2 && is_none(prefix), "{gaps} {prefix}");
}
