//! Sellers of models: who makes which models, at which hosts each is called, and what logs and price lists call it.
//!
//! A seller's name is that of its price lists in the rate card. Resellers that charge what the maker charges are marked so, for the
//! models of these makers alone; the price of any other model that they serve is theirs to tell.

use crate::wildcard;

/// A seller of models.
#[derive(Debug)]
pub struct Seller {
    /// Its name in the rate card.
    pub name: &'static str,
    /// Other names for it: of LiteLLM, OpenRouter, OpenTelemetry, Langfuse, agents.
    aliases: &'static [&'static str],
    /// Hosts, `*` for any run of characters.
    hosts: &'static [&'static str],
    /// Models that it makes, by the beginning of their names.
    makes: &'static [&'static str],
    /// Makers whose prices it passes on, with the document that says it.
    passes_on: Option<PassedOn>,
}

/// Makers whose prices a reseller passes on.
#[derive(Clone, Copy, Debug)]
pub struct PassedOn {
    makers: &'static [&'static str],
    /// In words that complete "priced as …: ".
    pub reason: &'static str,
}

const NOBODY: Seller = Seller { name: "", aliases: &[], hosts: &[], makes: &[], passes_on: None };

/// All sellers that are known; the first of several that make models of a name is the one that a bare name means.
static SELLERS: &[Seller] = &[
    Seller { name: "deepseek", hosts: &["api.deepseek.com"], makes: &["deepseek-"], ..NOBODY },
    Seller {
        name: "openai",
        aliases: &[
            "openai-codex",
            "codex",
            "chatgpt",
            "text-completion-openai",
            "openai_responses",
            "openai.responses",
        ],
        hosts: &["api.openai.com", "*.api.openai.com", "chatgpt.com"],
        makes: &[
            "gpt-3",
            "gpt-4",
            "gpt-5",
            "gpt-6",
            "chatgpt-",
            "o1",
            "o3",
            "o4-",
            "codex-",
            "ft:gpt-",
            "computer-use-",
        ],
        ..NOBODY
    },
    Seller {
        name: "anthropic",
        aliases: &["claude", "anthropic.messages"],
        hosts: &["api.anthropic.com"],
        makes: &["claude-"],
        ..NOBODY
    },
    Seller {
        name: "google",
        aliases: &["gemini", "google_genai", "google-genai", "google.genai", "gcp.gemini", "gcp.gen_ai", "google-gla"],
        hosts: &["generativelanguage.googleapis.com"],
        makes: &["gemini-", "gemma-"],
        ..NOBODY
    },
    Seller {
        name: "xai",
        aliases: &["x-ai", "x_ai", "grok"],
        hosts: &["api.x.ai", "*.api.x.ai"],
        makes: &["grok-"],
        ..NOBODY
    },
    Seller {
        name: "moonshot",
        aliases: &["moonshotai", "moonshot_ai", "moonshot-ai", "kimi"],
        hosts: &["api.moonshot.ai", "api.moonshot.cn"],
        makes: &["kimi-", "moonshot-"],
        ..NOBODY
    },
    Seller { name: "zai", aliases: &["z-ai", "z.ai", "z_ai"], hosts: &["api.z.ai"], makes: &["glm-"], ..NOBODY },
    Seller {
        name: "zhipu",
        aliases: &["zhipuai", "bigmodel"],
        hosts: &["open.bigmodel.cn"],
        makes: &["glm-"],
        ..NOBODY
    },
    Seller {
        name: "alibaba",
        aliases: &["dashscope", "qwen", "aliyun", "alibaba_cloud"],
        hosts: &["dashscope*.aliyuncs.com"],
        makes: &["qwen", "qwq", "qvq"],
        ..NOBODY
    },
    Seller {
        name: "mistral",
        aliases: &["mistralai", "mistral_ai"],
        hosts: &["api.mistral.ai", "codestral.mistral.ai"],
        makes: &["mistral-", "codestral-", "ministral-", "magistral-", "pixtral-", "devstral-", "open-mi"],
        ..NOBODY
    },
    Seller { name: "minimax", hosts: &["api.minimax.io", "api.minimaxi.com"], makes: &["minimax-"], ..NOBODY },
    Seller {
        name: "bedrock",
        aliases: &[
            "bedrock_converse",
            "bedrock_mantle",
            "amazon-bedrock",
            "amazon_bedrock",
            "amazon bedrock",
            "aws.bedrock",
            "aws_bedrock",
            "aws",
            "amazon",
        ],
        hosts: &["*bedrock-runtime*.amazonaws.com", "*bedrock-mantle*.amazonaws.com", "bedrock-mantle*.api.aws"],
        makes: &["amazon.", "nova-"],
        passes_on: Some(PassedOn {
            makers: &["anthropic"],
            reason: "Bedrock's global endpoints charge Anthropic's prices, regional ones 10 % more (Anthropic's pricing page, 2026-10)",
        }),
    },
    Seller {
        name: "google-vertex",
        aliases: &[
            "vertex",
            "vertex_ai",
            "vertexai",
            "vertex_ai_beta",
            "vertex_ai-language-models",
            "vertex_ai-anthropic_models",
            "gcp.vertex_ai",
            "google_vertexai",
            "google_vertex",
            "google-vertex-anthropic",
        ],
        hosts: &["aiplatform.googleapis.com", "*-aiplatform.googleapis.com", "aiplatform.*.rep.googleapis.com"],
        passes_on: Some(PassedOn {
            makers: &["google", "anthropic"],
            reason: "Vertex AI's global endpoints charge the maker's prices, regional ones 10 % more for Claude (Anthropic's pricing page, 2026-10)",
        }),
        ..NOBODY
    },
    Seller {
        name: "azure-openai",
        aliases: &[
            "azure",
            "azure_openai",
            "azure openai",
            "azure-openai-responses",
            "azure.ai.openai",
            "az.ai.openai",
            "azure_text",
        ],
        hosts: &["*.openai.azure.com", "*.openai.azure.us", "*.cognitiveservices.azure.com"],
        passes_on: Some(PassedOn {
            makers: &["openai"],
            reason: "Azure's global deployments charge OpenAI's prices, regional ones up to 10 % more (LiteLLM 1.109.1, 2026-11)",
        }),
        ..NOBODY
    },
    Seller {
        name: "azure-foundry",
        aliases: &["azure_ai", "azure.ai.inference", "az.ai.inference", "azure-ai"],
        hosts: &["*.services.ai.azure.com", "*.models.ai.azure.com"],
        passes_on: Some(PassedOn {
            makers: &["openai", "anthropic"],
            reason: "Azure AI Foundry's global deployments charge the maker's prices (Anthropic's pricing page, 2026-10; LiteLLM 1.109.1, 2026-11)",
        }),
        ..NOBODY
    },
    Seller {
        name: "openrouter",
        aliases: &["open_router", "open-router"],
        hosts: &["openrouter.ai", "*.openrouter.ai"],
        passes_on: Some(PassedOn {
            makers: &["anthropic", "openai", "google", "xai"],
            reason: "OpenRouter passes the provider's prices on (OpenRouter's FAQ, 2026-09); its fee on credits is not in them",
        }),
        ..NOBODY
    },
    Seller { name: "groq", hosts: &["api.groq.com"], ..NOBODY },
    Seller {
        name: "fireworks",
        aliases: &["fireworks_ai", "fireworks-ai", "fireworksai"],
        hosts: &["api.fireworks.ai"],
        ..NOBODY
    },
    Seller {
        name: "together",
        aliases: &["together_ai", "togetherai", "together-ai"],
        hosts: &["api.together.xyz", "api.together.ai"],
        ..NOBODY
    },
    Seller { name: "cerebras", hosts: &["api.cerebras.ai"], ..NOBODY },
    Seller { name: "deepinfra", hosts: &["api.deepinfra.com"], ..NOBODY },
    Seller { name: "perplexity", hosts: &["api.perplexity.ai"], makes: &["sonar"], ..NOBODY },
    Seller {
        name: "cohere",
        aliases: &["cohere_chat"],
        hosts: &["api.cohere.com", "api.cohere.ai"],
        makes: &["command-"],
        ..NOBODY
    },
    Seller { name: "novita", aliases: &["novita-ai", "novita_ai"], hosts: &["api.novita.ai"], ..NOBODY },
    Seller { name: "siliconflow", hosts: &["api.siliconflow.cn", "api.siliconflow.com"], ..NOBODY },
    Seller {
        name: "volcengine",
        aliases: &["ark", "bytedance"],
        hosts: &["ark.*.volces.com"],
        makes: &["doubao-"],
        ..NOBODY
    },
    Seller {
        name: "vercel_ai_gateway",
        aliases: &["vercel", "ai-gateway"],
        hosts: &["ai-gateway.vercel.sh"],
        ..NOBODY
    },
    Seller {
        name: "github_copilot",
        aliases: &["github-copilot", "copilot"],
        hosts: &["api.githubcopilot.com"],
        ..NOBODY
    },
    Seller {
        name: "github",
        aliases: &["github_models", "github-models"],
        hosts: &["models.github.ai", "models.inference.ai.azure.com"],
        ..NOBODY
    },
    Seller { name: "ollama", aliases: &["ollama_chat", "ollama-cloud"], hosts: &["ollama.com"], ..NOBODY },
];

/// Others that serve models which they do not make, by LiteLLM's names (1.109.1): nothing is known of them but that their prices are
/// their own.
static OTHER_RESELLERS: [&str; 54] = [
    "abliteration",
    "aiand",
    "aihubmix",
    "anyscale",
    "baseten",
    "clf_ai_gateway",
    "cloudflare",
    "coralbricks",
    "crusoe",
    "darkbloom",
    "databricks",
    "featherless_ai",
    "friendliai",
    "gmi",
    "gradient_ai",
    "heroku",
    "hostinger_router",
    "hyperbolic",
    "inferenceapis",
    "kyma",
    "lambda_ai",
    "lemonade",
    "libertai",
    "llamagate",
    "microsoft_365_copilot",
    "nebius",
    "nlp_cloud",
    "nscale",
    "oci",
    "opencode_go",
    "openinfer",
    "ovhcloud",
    "pinstripes",
    "prism",
    "publicai",
    "qwen_ai_platform",
    "qwencloud",
    "refuseless",
    "replicate",
    "sagemaker",
    "sail",
    "sambanova",
    "scaledown",
    "scaleway",
    "scx-ai",
    "snowflake",
    "streamlake",
    "tencent",
    "tensormesh",
    "v0",
    "wandb",
    "watsonx",
    "ibm.watsonx.ai",
    "zerogpu",
];

/// Servers that people run themselves, by the words of `LiteLLM` and of OpenTelemetry: their tokens have no price.
static OWN_SERVERS: [&str; 13] = [
    "docker_model_runner",
    "hosted_vllm",
    "infinity",
    "llama_cpp",
    "llamafile",
    "lm_studio",
    "lmstudio",
    "nvidia_nim",
    "oobabooga",
    "sglang",
    "triton",
    "vllm",
    "xinference",
];

/// The name of whoever sells what is called by that name: a seller in the rate card, one of the other resellers, or a server of one's own.
pub(crate) fn who_sells(name: &str) -> Option<&'static str> {
    let other = || OTHER_RESELLERS.iter().chain(&OWN_SERVERS).copied().find(|other| other.eq_ignore_ascii_case(name));
    Seller::named(name).map(|seller| seller.name).or_else(other)
}

impl Seller {
    /// The seller of that name, or of which it is another name; capitals do not matter.
    pub fn named(name: &str) -> Option<&'static Self> {
        let is = |other: &&str| other.eq_ignore_ascii_case(name);
        SELLERS.iter().find(|seller| is(&seller.name) || seller.aliases.iter().any(is))
    }

    /// The seller that is called at a host.
    pub fn at(host: &str) -> Option<&'static Self> {
        SELLERS.iter().find(|seller| seller.hosts.iter().any(|pattern| wildcard::matches(pattern, host)))
    }

    /// The makers of a model, by its bare name, those that a bare name means first.
    pub fn makers(model: &str) -> impl Iterator<Item = &'static Self> {
        SELLERS.iter().filter(move |seller| seller.makes(model))
    }

    /// It makes a model of that bare name.
    pub fn makes(&self, model: &str) -> bool {
        let begins = |start: &&str| model.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
        self.makes.iter().any(begins)
    }

    /// It sells models that others make.
    pub fn is_reseller(&self) -> bool {
        self.makes.is_empty() || self.passes_on.is_some()
    }

    /// The reason why it charges what that maker charges, if it does.
    pub fn passes_on(&self, maker: &Self) -> Option<&'static str> {
        self.passes_on.filter(|passed| passed.makers.contains(&maker.name)).map(|passed| passed.reason)
    }

    /// All its names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// The names and hosts of all sellers.
pub(crate) fn names_and_hosts() -> impl Iterator<Item = &'static str> {
    let known = SELLERS.iter().flat_map(|seller| seller.names().chain(seller.hosts.iter().copied()));
    known.chain(OTHER_RESELLERS).chain(OWN_SERVERS)
}

/// The name in the rate card of a seller by any of its names; a seller that is not known keeps its own.
pub fn seller_name(name: &str) -> &str {
    Seller::named(name).map_or(name, |seller| seller.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seller_is_found_by_each_of_its_names_and_hosts() {
        for seller in SELLERS {
            for name in seller.names() {
                assert_eq!(Seller::named(&name.to_uppercase()).unwrap().name, seller.name, "{name}");
            }
            for host in seller.hosts {
                assert_eq!(Seller::at(&host.replace('*', "x")).unwrap().name, seller.name, "{host}");
            }
        }
        assert!(Seller::at("proxy.example.org").is_none() && Seller::named("aihouse").is_none());
    }

    #[test]
    fn a_reseller_passes_on_the_prices_of_some_makers_alone() {
        let seller = |name| Seller::named(name).unwrap();
        assert!(seller("openrouter").passes_on(seller("anthropic")).is_some());
        assert!(seller("openrouter").passes_on(seller("deepseek")).is_none());
        assert!(seller("groq").passes_on(seller("openai")).is_none());
        let makers: Vec<&str> = Seller::makers("GLM-5.3").map(|seller| seller.name).collect();
        assert_eq!(makers, ["zai", "zhipu"]);
    }
}
