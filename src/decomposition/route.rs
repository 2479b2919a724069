//! Routes: requests that a program makes from one template, recognised by their instructions whatever else changes in them.

use std::collections::BTreeMap;

use crate::causes::text_samples;
use crate::exchange::{Exchange, Input};

/// The routes of two sides, numbered as they come up; number 0 are requests without instructions.
#[derive(Debug, Default)]
pub struct Routes {
    /// The last route whose instructions have a sample of text.
    by_sample: BTreeMap<u64, usize>,
    /// Routes by their instructions where these are too short for a sample.
    by_text: BTreeMap<String, usize>,
    count: usize,
}

impl Routes {
    /// The route of the next request: one with at least half of the samples of its instructions, else a new one.
    pub fn find_or_add(&mut self, exchange: &Exchange) -> usize {
        let Input::Messages(messages) = &exchange.request.input else { return 0 };
        let instructions = messages.instructions();
        let texts: Vec<&str> = instructions
            .iter()
            .filter_map(|message| message.content.as_ref())
            .flat_map(|content| content.texts())
            .collect();
        let text = texts.join("\n");
        if text.is_empty() {
            return 0;
        }
        let mut samples = text_samples(&text);
        samples.sort_unstable();
        samples.dedup();
        if samples.is_empty() {
            // A number or a date in a short text is no other route.
            let words: String = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
            let next = self.count + 1;
            let route = *self.by_text.entry(words).or_insert(next);
            self.count = self.count.max(route);
            return route;
        }
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for route in samples.iter().filter_map(|sample| self.by_sample.get(sample)) {
            *votes.entry(*route).or_default() += 1;
        }
        let best = votes.into_iter().max_by_key(|(route, count)| (*count, std::cmp::Reverse(*route)));
        let known = best.filter(|(_, count)| count * 2 >= samples.len()).map(|(route, _)| route);
        let route = known.unwrap_or(self.count + 1);
        self.count = self.count.max(route);
        self.by_sample.extend(samples.into_iter().map(|sample| (sample, route)));
        route
    }
}
