//! Reading the configuration: every key must be known, every value of its kind, and a mistake is reported with its place.

use std::str::FromStr;

use anyhow::{anyhow, bail};
use glob::Pattern;

use super::super::traffic::MOST_REQUESTS;
use super::{Config, Gates, Increase, Limit, LintGate, PricingConfig, PromptDecisions, QualityConfig};
use crate::document::{MapEntry, Node, NodeKind};
use crate::money::{self, Currency, Decimal, ExchangeRate};
use crate::report::Severity;
use crate::source::SourceText;
use crate::template::Syntax;
use crate::time::{self, Timestamp};

/// The fault of a file with gates that name nothing to judge.
pub(super) const NO_TEMPLATES: &str = "no `templates`: name the template files, as in templates: [prompts/*.yaml]";

/// The whole file.
pub(super) fn config(source: &SourceText, root: &Node) -> anyhow::Result<Config> {
    let reading = Reading { source };
    let mut config = Config::default();
    reading.each(
        root,
        "templates, profile, syntax, stable, pricing, traffic, logs, base_logs, base_report, max_skipped, quality, prompts, gates",
        |entry| {
            match entry.key.text.as_str() {
                "templates" => config.templates = reading.texts(&entry.value)?,
                "profile" => config.profile = Some(reading.text(&entry.value)?),
                "syntax" => config.syntax = Some(reading.syntax(&entry.value)?),
                "stable" => config.stable = reading.stable(&entry.value)?,
                "pricing" => config.pricing = reading.pricing(&entry.value)?,
                "traffic" => config.requests_per_day = reading.traffic(&entry.value)?,
                "logs" => config.logs = reading.texts(&entry.value)?,
                "base_logs" => config.base_logs = reading.texts(&entry.value)?,
                "base_report" => config.base_report = Some(reading.text(&entry.value)?),
                "max_skipped" => config.max_skipped = Some(reading.ratio(&entry.value)?),
                "prompts" => config.prompts = reading.prompts(&entry.value)?,
                "quality" => config.quality = reading.quality(&entry.value)?,
                "gates" => config.gates = reading.gates(&entry.value)?,
                _ => return Ok(false),
            }
            Ok(true)
        },
    )?;
    let has_gates = root.entries().iter().any(|entry| entry.key.text == "gates");
    if has_gates && !config.names_something() {
        bail!("{}: {NO_TEMPLATES}", source.label());
    }
    Ok(config)
}

struct Reading<'a> {
    source: &'a SourceText,
}

impl Reading<'_> {
    /// Gives every entry of a map to `take`, which says whether it knows the key.
    fn each(
        &self,
        node: &Node,
        known: &str,
        mut take: impl FnMut(&MapEntry) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let NodeKind::Map(entries) = &node.kind else { return Err(self.wrong(node, &format!("a map with {known}"))) };
        for (index, entry) in entries.iter().enumerate() {
            let place = self.source.place(entry.key.map.at(0));
            if entries[..index].iter().any(|other| other.key.text == entry.key.text) {
                bail!("{place}: `{}` is given twice", entry.key.text);
            }
            if !take(entry)? {
                // The file may be a link to one that holds secrets: only what looks like a key of ours is quoted.
                let name = &entry.key.text;
                let is_like_ours =
                    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
                let quoted = if is_like_ours { format!(" `{name}`") } else { String::new() };
                bail!("{place}: unknown key{quoted}; known are {known}");
            }
        }
        Ok(())
    }

    fn wrong(&self, node: &Node, wanted: &str) -> anyhow::Error {
        anyhow!("{}: expected {wanted} here", self.source.place(node.span.start))
    }

    fn text(&self, node: &Node) -> anyhow::Result<String> {
        node.text().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| self.wrong(node, "a text"))
    }

    /// A text or a list of texts.
    fn texts(&self, node: &Node) -> anyhow::Result<Vec<String>> {
        match &node.kind {
            NodeKind::List(items) => items.iter().map(|item| self.text(item)).collect(),
            _ => Ok(vec![self.text(node)?]),
        }
    }

    fn syntax(&self, node: &Node) -> anyhow::Result<Syntax> {
        let names = Syntax::ALL.map(Syntax::name).join(", ");
        Syntax::named(&self.text(node)?).ok_or_else(|| self.wrong(node, &format!("one of {names}")))
    }

    /// Names, or names with values.
    fn stable(&self, node: &Node) -> anyhow::Result<Vec<String>> {
        match &node.kind {
            NodeKind::Map(entries) => {
                entries.iter().map(|entry| Ok(format!("{}={}", entry.key.text, self.text(&entry.value)?))).collect()
            }
            _ => self.texts(node),
        }
    }

    fn pricing(&self, node: &Node) -> anyhow::Result<PricingConfig> {
        let mut pricing = PricingConfig::default();
        self.each(node, "model, at, rates, currency, fx, provider", |entry| {
            let value = &entry.value;
            match entry.key.text.as_str() {
                "model" => pricing.model = Some(self.text(value)?),
                "at" => pricing.at = Some(self.time(value)?),
                "rates" => pricing.rates = Some(self.text(value)?),
                "currency" => pricing.currency = Some(self.parsed(value, "a currency such as USD or CNY")?),
                "fx" => pricing.fx = self.exchange_rates(value)?,
                "provider" => pricing.provider = Some(self.text(value)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(pricing)
    }

    fn time(&self, node: &Node) -> anyhow::Result<Timestamp> {
        let time = time::parse(&self.text(node)?);
        time.ok_or_else(|| self.wrong(node, "a time such as 2026-04-05 or 2026-04-05T16:30:00Z"))
    }

    fn exchange_rates(&self, node: &Node) -> anyhow::Result<Vec<ExchangeRate>> {
        let read = |node: &Node| self.parsed(node, "a rate of exchange such as CNY/USD=0.14");
        match &node.kind {
            NodeKind::List(items) => items.iter().map(read).collect(),
            _ => Ok(vec![read(node)?]),
        }
    }

    fn parsed<T: FromStr>(&self, node: &Node, wanted: &str) -> anyhow::Result<T> {
        self.text(node)?.parse().map_err(|_| self.wrong(node, wanted))
    }

    fn traffic(&self, node: &Node) -> anyhow::Result<Option<u64>> {
        let mut requests = None;
        self.each(node, "requests_per_day", |entry| {
            let is_known = entry.key.text == "requests_per_day";
            if is_known {
                let daily = self.count(&entry.value)?;
                if daily > MOST_REQUESTS {
                    return Err(self.wrong(&entry.value, &format!("a number of at most {MOST_REQUESTS}")));
                }
                requests = Some(daily);
            }
            Ok(is_known)
        })?;
        Ok(requests)
    }

    /// Names of texts that are prompts, those of others behind `!`; or a map from names to true and false.
    fn prompts(&self, node: &Node) -> anyhow::Result<PromptDecisions> {
        let mut decisions = PromptDecisions::default();
        let mut add = |node: &Node, name: &str, is_prompt: bool| {
            decisions.add(name, is_prompt).map_err(|error| anyhow!("{}: {error}", self.source.place(node.span.start)))
        };
        if let NodeKind::Map(entries) = &node.kind {
            for entry in entries {
                let is_prompt = match entry.value.text() {
                    Some("true" | "yes" | "prompt") => true,
                    Some("false" | "no" | "not-prompt") => false,
                    _ => return Err(self.wrong(&entry.value, "true or false")),
                };
                add(&entry.value, &entry.key.text, is_prompt)?;
            }
            return Ok(decisions);
        }
        for name in self.texts(node)? {
            let (name, is_prompt) = name.strip_prefix('!').map_or((name.as_str(), true), |name| (name, false));
            add(node, name, is_prompt)?;
        }
        Ok(decisions)
    }

    /// `{before: FILE, after: FILE}`.
    fn quality(&self, node: &Node) -> anyhow::Result<QualityConfig> {
        let mut quality = QualityConfig::default();
        self.each(node, "before, after", |entry| {
            match entry.key.text.as_str() {
                "before" => quality.before = Some(self.text(&entry.value)?),
                "after" => quality.after = Some(self.text(&entry.value)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(quality)
    }

    fn gates(&self, node: &Node) -> anyhow::Result<Gates> {
        let mut gates = Gates::default();
        let known = "min_stable_prefix_tokens, max_prefix_tokens_lost, max_input_cost_increase, min_hit_ratio, \
                     max_hit_ratio_drop, min_quality, max_quality_drop, lock, lint";
        self.each(node, known, |entry| {
            match entry.key.text.as_str() {
                "min_stable_prefix_tokens" => {
                    gates.min_stable_prefix_tokens = Some(self.limit(entry, |node| self.count(node))?);
                }
                "max_prefix_tokens_lost" => {
                    gates.max_prefix_tokens_lost = Some(self.limit(entry, |node| self.count(node))?);
                }
                "max_input_cost_increase" => {
                    gates.max_input_cost_increase = Some(self.limit(entry, |node| self.increase(node))?);
                }
                "min_hit_ratio" => gates.min_hit_ratio = Some(self.whole(entry)?),
                "max_hit_ratio_drop" => gates.max_hit_ratio_drop = Some(self.whole(entry)?),
                "min_quality" => gates.min_quality = Some(self.whole(entry)?),
                "max_quality_drop" => gates.max_quality_drop = Some(self.whole(entry)?),
                "lock" => {
                    if entry.value.text() != Some("enforced") {
                        return Err(self.wrong(&entry.value, "`enforced`"));
                    }
                    gates.lock = Some(self.source.place(entry.key.map.at(0)));
                }
                "lint" => gates.lint = Some(self.lint(&entry.value)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(gates)
    }

    /// One value, or one for each path.
    fn limit<T>(&self, entry: &MapEntry, read: impl Fn(&Node) -> anyhow::Result<T>) -> anyhow::Result<Limit<T>> {
        let place = self.source.place(entry.key.map.at(0));
        let NodeKind::Map(entries) = &entry.value.kind else {
            return Ok(Limit { limits: vec![(None, read(&entry.value)?)], place });
        };
        let one = |entry: &MapEntry| {
            let at = self.source.place(entry.key.map.at(0));
            let pattern = Pattern::new(entry.key.text.trim_start_matches("./"))
                .map_err(|error| anyhow!("{at}: not a glob: {error}"))?;
            Ok((Some(pattern), read(&entry.value)?))
        };
        Ok(Limit { limits: entries.iter().map(one).collect::<anyhow::Result<_>>()?, place })
    }

    /// A ratio for everything.
    fn whole(&self, entry: &MapEntry) -> anyhow::Result<Limit<Decimal>> {
        let place = self.source.place(entry.key.map.at(0));
        Ok(Limit { limits: vec![(None, self.ratio(&entry.value)?)], place })
    }

    fn count(&self, node: &Node) -> anyhow::Result<u64> {
        let count = node.text().and_then(|text| text.replace('_', "").parse().ok());
        count.ok_or_else(|| self.wrong(node, "a number of at least 0"))
    }

    /// `0.6` or `60%`.
    fn ratio(&self, node: &Node) -> anyhow::Result<Decimal> {
        node.text().and_then(money::share).ok_or_else(|| self.wrong(node, "a ratio such as 0.6 or 60%"))
    }

    /// `5%` of what it cost, or an amount in 30 days.
    fn increase(&self, node: &Node) -> anyhow::Result<Increase> {
        let wrong = || self.wrong(node, "a share such as 5%, or an amount in 30 days such as 100, $100 or ¥100");
        let text = node.text().ok_or_else(wrong)?;
        let number = |text: &str| Decimal::from_str_exact(text.trim()).ok().filter(|number| !number.is_sign_negative());
        if let Some(percent) = text.strip_suffix('%') {
            return number(percent).map(|percent| Increase::Share(percent * Decimal::new(1, 2))).ok_or_else(wrong);
        }
        let signs = [('$', Currency::USD), ('¥', Currency::CNY)];
        let signed = signs.iter().find_map(|(sign, of)| Some((text.strip_prefix(*sign)?, Some(*of))));
        let (amount, currency) = signed.unwrap_or((text, None));
        number(amount).map(|amount| Increase::Monthly(amount, currency)).ok_or_else(wrong)
    }

    /// `{fail-on: warning}`, or the severity alone.
    fn lint(&self, node: &Node) -> anyhow::Result<LintGate> {
        let value = match &node.kind {
            NodeKind::Map(_) => {
                self.each(node, "fail-on", |entry| Ok(["fail-on", "fail_on"].contains(&entry.key.text.as_str())))?;
                node.get("fail-on").or_else(|| node.get("fail_on")).unwrap_or(node)
            }
            _ => node,
        };
        let fail_on = match value.text() {
            Some("error") => Some(Severity::Error),
            Some("warning") => Some(Severity::Warning),
            Some("note") => Some(Severity::Note),
            Some("never") => None,
            _ => return Err(self.wrong(value, "error, warning, note or never")),
        };
        Ok(LintGate { fail_on })
    }
}
