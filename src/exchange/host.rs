//! Hosts: the region and the customer's resource that the name of one tells.

/// The region of a host that is one region's: `eu.api.openai.com`, `bedrock-runtime-fips.us-east-1.amazonaws.com`,
/// `us-east5-aiplatform.googleapis.com`.
pub fn region_of_host(host: &str) -> Option<&str> {
    let region = host.strip_suffix(OPENAI_REGION).or_else(|| at_amazon(host)).or_else(|| google_region(host))?;
    Some(region).filter(|region| !region.is_empty() && *region != "global")
}

/// The region of an endpoint of Vertex AI that is one region's: `us-east5-aiplatform.googleapis.com`,
/// `aiplatform.eu.rep.googleapis.com`.
pub fn google_region(host: &str) -> Option<&str> {
    let of_several = || host.strip_prefix("aiplatform.")?.strip_suffix(".rep.googleapis.com");
    host.strip_suffix("-aiplatform.googleapis.com").or_else(of_several).filter(|region| *region != "global")
}

/// The region of an endpoint whose seller charges some models more for being one region's: Vertex AI and OpenAI.
pub fn priced_region(host: &str) -> Option<&str> {
    google_region(host).or_else(|| host.strip_suffix(OPENAI_REGION)).filter(|region| !region.is_empty())
}

/// The end of the name of a host of OpenAI's that is one region's.
const OPENAI_REGION: &str = ".api.openai.com";

/// The name behind that of the service, which may stand behind that of a private endpoint:
/// `vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com`.
fn at_amazon(host: &str) -> Option<&str> {
    const SERVICES: [&str; 4] = ["bedrock-runtime", "bedrock-runtime-fips", "bedrock-mantle", "bedrock-mantle-fips"];
    let mut names = host.split('.');
    names.find(|name| SERVICES.contains(name))?;
    names.next()
}

/// The resource at Azure, which the host names.
pub fn azure_resource(host: &str) -> Option<&str> {
    const RESOURCES: [&str; 4] =
        [".openai.azure.com", ".openai.azure.us", ".services.ai.azure.com", ".cognitiveservices.azure.com"];
    RESOURCES.iter().find_map(|end| host.strip_suffix(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_one_region_tells_it() {
        for host in [
            "bedrock-runtime.us-east-1.amazonaws.com",
            "bedrock-runtime-fips.us-east-1.amazonaws.com",
            "vpce-0a1b.bedrock-runtime.us-east-1.vpce.amazonaws.com",
            "bedrock-mantle.us-east-1.api.aws",
            "us-east-1-aiplatform.googleapis.com",
            "aiplatform.us-east-1.rep.googleapis.com",
            "us-east-1.api.openai.com",
        ] {
            assert_eq!(region_of_host(host), Some("us-east-1"), "{host}");
        }
        for host in
            ["api.openai.com", "global-aiplatform.googleapis.com", "aiplatform.googleapis.com", "bedrock-runtime"]
        {
            assert_eq!(region_of_host(host), None, "{host}");
        }
        assert_eq!(azure_resource("mine.openai.azure.us"), Some("mine"));
        assert_eq!(azure_resource("openai.azure.com"), None);
    }
}
