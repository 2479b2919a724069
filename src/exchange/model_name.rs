//! Names of models, taken apart: the names by which a price list may know a model, and the seller that a name tells.
//!
//! Gateways put the seller and the maker before a name (`openrouter/anthropic/claude-haiku-4.5`), Bedrock writes regions, makers and
//! versions into it or hides it in an ARN, Vertex AI puts a date behind `@`, OpenRouter a variant behind `:`, makers a date behind
//! `-`. Each step takes off one of them, so that the names become less exact one by one, and a list's exact name comes first.

use super::seller::who_sells;

/// A model's name, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelName {
    /// The names by which it may be known, the most exact first.
    pub names: Vec<String>,
    /// The name in the rate card of the seller that the name tells, if it does.
    pub seller: Option<&'static str>,
    /// The region that the name tells, which may have prices of its own, as the name writes it.
    pub region: Option<String>,
}

/// Before the maker in Bedrock's names of inference profiles.
const REGIONS: [&str; 9] = ["global.", "us.", "eu.", "apac.", "us-gov.", "jp.", "au.", "ca.", "sa."];

/// Azure's data zones, the only regions in names of its models whose prices differ from the global ones.
const ZONES: [&str; 4] = ["us", "eu", "apac", "us-gov"];

/// Makers in Bedrock's names.
const BEDROCK_MAKERS: [&str; 16] = [
    "anthropic.",
    "amazon.",
    "meta.",
    "mistral.",
    "deepseek.",
    "cohere.",
    "ai21.",
    "openai.",
    "qwen.",
    "moonshot.",
    "moonshotai.",
    "minimax.",
    "zai.",
    "google.",
    "nvidia.",
    "writer.",
];

/// Variants of OpenRouter that choose among providers or add a search. Not `:free`, whose price is another.
const VARIANTS: [&str; 8] =
    [":floor", ":nitro", ":online", ":extended", ":thinking", ":exacto", ":beta", ":discounted"];

impl ModelName {
    /// Takes a name apart.
    pub fn new(model: &str) -> Self {
        let mut found = Self::default();
        let model = model.trim();
        found.add(model);
        let rest = found.without_arn(model);
        let rest = found.without_word(rest);
        let rest = found.without_path(rest);
        let rest = found.without_region(rest);
        found.without_suffixes(rest);
        found
    }

    fn add(&mut self, name: &str) {
        if !name.is_empty() && !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }

    fn sold_by(&mut self, name: &str) {
        self.seller = self.seller.or_else(|| who_sells(name));
    }

    fn served_in(&mut self, region: &str) {
        self.region.get_or_insert_with(|| region.to_owned());
    }

    /// The model in an ARN; an application's own profile does not name it.
    fn without_arn<'a>(&mut self, model: &'a str) -> &'a str {
        let Some(arn) = model.strip_prefix("arn:") else { return model };
        self.sold_by("bedrock");
        let named = ["inference-profile/", "foundation-model/", "custom-model/"];
        let resource = arn.rsplit(':').find(|part| part.contains('/')).unwrap_or_default();
        let name = named.iter().find_map(|kind| resource.strip_prefix(kind));
        // A version stands behind the last colon: `…/anthropic.claude-v1:0`.
        let name = name.map_or("", |name| &model[model.rfind(name).unwrap_or(model.len())..]);
        // With its region, which a price list may have prices of its own for.
        self.add(name);
        name
    }

    /// The name behind a seller's word and a colon, as `LangChain` and Pydantic AI write it (`openai:gpt-4o`).
    fn without_word<'a>(&mut self, name: &'a str) -> &'a str {
        let Some((word, behind)) = name.split_once(':') else { return name };
        if who_sells(word).is_none() {
            return name;
        }
        self.sold_by(word);
        self.add(behind);
        behind
    }

    /// The last part of a path of sellers, makers and regions.
    fn without_path<'a>(&mut self, name: &'a str) -> &'a str {
        let mut rest = name;
        while let Some((part, behind)) = rest.split_once('/') {
            match part {
                "projects" | "publishers" => self.sold_by("google-vertex"),
                "accounts" => self.sold_by("fireworks"),
                zone if ZONES.contains(&zone) && self.seller == Some("azure-openai") => self.served_in(zone),
                region if region.starts_with("us-gov-") => self.served_in(region),
                _ => self.sold_by(part),
            }
            rest = behind;
            self.add(rest);
        }
        rest
    }

    /// A name of Bedrock without its region, then without its maker and version.
    fn without_region<'a>(&mut self, name: &'a str) -> &'a str {
        let rest = REGIONS.iter().find_map(|region| name.strip_prefix(region)).unwrap_or(name);
        let Some(bare) = BEDROCK_MAKERS.iter().find_map(|maker| rest.strip_prefix(maker)) else { return name };
        self.sold_by("bedrock");
        if let Some(region) = name.strip_suffix(rest).and_then(|region| region.strip_suffix('.')) {
            // `global` is wherever there is room, at the list price.
            if region != "global" {
                self.served_in(region);
            }
        }
        self.add(rest);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let bare = bare.split(':').next().unwrap_or(bare);
        let (versioned, version) = bare.rsplit_once("-v").unwrap_or((bare, ""));
        if digits(version) { versioned } else { bare }
    }

    /// The name without what stands behind it.
    fn without_suffixes(&mut self, name: &str) {
        self.add(name);
        if name.ends_with(":free") {
            return;
        }
        let name = name.strip_suffix(']').and_then(|name| name.split_once('[')).map_or(name, |(name, _)| name);
        let name = VARIANTS.iter().find_map(|variant| name.strip_suffix(variant)).unwrap_or(name);
        self.add(name);
        let name = match name.split_once('@') {
            Some((name, date)) => {
                self.add(&format!("{name}-{date}"));
                name
            }
            None => name,
        };
        // A model tuned for one customer has prices of its own, by the model it was made of.
        if let Some(tuned) = name.strip_prefix("ft:") {
            let base = tuned.split(':').next().unwrap_or(tuned);
            self.add(&format!("ft:{base}"));
            return self.add(&format!("ft:{}", undated(base)));
        }
        self.add(name);
        self.add(&name.replace("gpt-35-", "gpt-3.5-"));
        self.add(&with_point(name));
        for name in [name, undated(name)] {
            self.add(name);
            if name.starts_with("claude") {
                self.add(&name.replace('.', "-"));
                self.add(&family_first(&name.replace('.', "-")));
            }
        }
    }
}

/// A name without the date of its snapshot, or the word that stands for the latest.
fn undated(name: &str) -> &str {
    let is_date = |text: &str| {
        let digits: String = text.chars().filter(|letter| *letter != '-').collect();
        let is_shape = text.len() == 8 && !text.contains('-') || text.len() == 10 && text.matches('-').count() == 2;
        is_shape && digits.len() == 8 && digits.starts_with("20") && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let dated = [11, 9].into_iter().find_map(|length| {
        let (before, date) = name.split_at_checked(name.len().checked_sub(length)?)?;
        date.strip_prefix('-').filter(|date| is_date(date)).map(|_| before)
    });
    dated.or_else(|| name.strip_suffix("-latest")).unwrap_or(name)
}

/// `gpt-5-4-mini`, as deployments that allow no point are called, as OpenAI writes it: `gpt-5.4-mini`.
fn with_point(name: &str) -> String {
    let is_digit = |part: &str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    match name.splitn(4, '-').collect::<Vec<_>>().as_slice() {
        ["gpt", major, minor, rest @ ..] if is_digit(major) && is_digit(minor) => {
            let rest: String = rest.iter().map(|part| format!("-{part}")).collect();
            format!("gpt-{major}.{minor}{rest}")
        }
        _ => name.to_owned(),
    }
}

/// `claude-4-5-sonnet`, as some write it, in Anthropic's order since Claude 4: `claude-sonnet-4-5`.
fn family_first(name: &str) -> String {
    let parts: Vec<&str> = name.split('-').collect();
    let is_number = |part: &&&str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = parts.iter().skip(1).take_while(is_number).count();
    match (parts.get(1 + numbers), numbers) {
        (Some(family), 1..) => [&["claude", family], &parts[1..=numbers], &parts[2 + numbers..]].concat().join("-"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last name, to which all others come down, and the seller.
    fn least(model: &str) -> (String, Option<&'static str>) {
        let name = ModelName::new(model);
        assert_eq!(name.names[0], model);
        (name.names.last().unwrap().clone(), name.seller)
    }

    #[test]
    fn an_arn_names_a_model_with_its_region_too() {
        let arn = "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
        let names = ModelName::new(arn).names;
        assert_eq!(names[1], "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "{names:?}");
    }

    #[test]
    fn a_name_comes_down_to_the_makers_whatever_a_gateway_writes_around_it() {
        for (model, name, seller) in [
            ("gpt-5-mini-2025-08-07", "gpt-5-mini", None),
            ("azure/eu/gpt-4o-2024-08-06", "gpt-4o", Some("azure-openai")),
            ("openrouter/anthropic/claude-haiku-4.5", "claude-haiku-4-5", Some("openrouter")),
            ("anthropic/claude-sonnet-4.5:floor", "claude-sonnet-4-5", Some("anthropic")),
            ("bedrock/us-east-1/anthropic.claude-opus-4-6-v1", "claude-opus-4-6", Some("bedrock")),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5", Some("bedrock")),
            (
                "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "claude-sonnet-4-5",
                Some("bedrock"),
            ),
            ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5", Some("google-vertex")),
            (
                "projects/p/locations/global/publishers/google/models/gemini-3.8-flash",
                "gemini-3.8-flash",
                Some("google-vertex"),
            ),
            ("accounts/fireworks/models/kimi-k3", "kimi-k3", Some("fireworks")),
            ("models/gemini-2.5-flash", "gemini-2.5-flash", None),
            ("openai:gpt-4o", "gpt-4o", Some("openai")),
            ("google-gla:gemini-2.5-flash", "gemini-2.5-flash", Some("google")),
            ("llama3:8b", "llama3:8b", None),
            ("claude-4.5-sonnet-latest", "claude-sonnet-4-5", None),
            ("claude-opus-4-6[1m]", "claude-opus-4-6", None),
            ("ft:gpt-4o-mini-2024-07-18:yard::x1", "ft:gpt-4o-mini", None),
            ("qwen-plus-2025-09-11", "qwen-plus", None),
            ("azure/gpt-5-4-mini", "gpt-5.4-mini", Some("azure-openai")),
            ("sambanova/MiniMax-M2.7", "MiniMax-M2.7", Some("sambanova")),
        ] {
            assert_eq!(least(model), (name.to_owned(), seller), "{model}");
        }
    }

    #[test]
    fn a_region_in_a_name_is_told_and_one_for_everywhere_is_none() {
        for (model, region) in [
            ("azure/eu/gpt-4o", Some("eu")),
            ("azure/us/gpt-5.4-2026-03-05", Some("us")),
            ("azure/global-standard/gpt-4o", None),
            ("azure/gpt-4o", None),
            ("bedrock/us-gov-west-1/anthropic.claude-opus-5", Some("us-gov-west-1")),
            ("bedrock/us-east-1/anthropic.claude-opus-5", None),
            ("apac.amazon.nova-pro-v1:0", Some("apac")),
            ("global.amazon.nova-2-lite-v1:0", None),
            ("eu/gpt-4o", None),
        ] {
            assert_eq!(ModelName::new(model).region.as_deref(), region, "{model}");
        }
    }

    #[test]
    fn what_names_no_model_is_not_guessed() {
        assert_eq!(ModelName::new("arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc").names.len(), 1);
        assert_eq!(ModelName::new("deepseek/deepseek-chat:free").names.last().unwrap(), "deepseek-chat:free");
        assert_eq!(ModelName::new("yard-prod-mini").names, ["yard-prod-mini"]);
        assert_eq!(undated("gpt-4-0613"), "gpt-4-0613");
    }
}
