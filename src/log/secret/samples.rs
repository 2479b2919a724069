//! Samples of secrets for tests: of this room, and of the whole program, which compile this file both.

/// One secret of each shape, with its issuer. They are put together here, so that no scanner of this repository takes them for
/// secrets of ours.
pub(crate) fn secrets() -> Vec<(&'static str, String)> {
    let random = |length: usize| "a8Kz3Qm7Xw2Rv9Lt4Yb6Nc1Hd5Jf0Gs".chars().cycle().take(length).collect::<String>();
    let hex = |length: usize| "3f9a1c7e5b2d8046".chars().cycle().take(length).collect::<String>();
    let beginning = |start: &str, length: usize| format!("{start}{}", random(length));
    vec![
        ("OpenAI", beginning("sk-proj-", 48)),
        ("Anthropic", beginning("sk-ant-api03-", 60)),
        ("OpenRouter", format!("sk-or-v1-{}", hex(64))),
        ("Groq", beginning("gsk_", 52)),
        ("xAI", beginning("xai-", 60)),
        ("Hugging Face", beginning("hf_", 34)),
        ("Replicate", beginning("r8_", 37)),
        ("NVIDIA", beginning("nvapi-", 60)),
        ("Google API", beginning("AIza", 35)),
        ("Google OAuth client", beginning("GOCSPX-", 28)),
        ("Google OAuth token", beginning("ya29.", 60)),
        ("Google refresh token", beginning("1//0", 40)),
        ("AWS key", "AKIAQWERTYUIOP123456".into()),
        ("AWS temporary key", "ASIAQWERTYUIOP123456".into()),
        ("AWS secret", format!("{}/{}+{}", random(12), random(15), random(11))),
        ("Azure key", hex(32)),
        ("Azure storage", format!("AccountKey={}==", random(86))),
        ("GitHub", beginning("ghp_", 36)),
        ("GitHub fine-grained", beginning("github_pat_", 60)),
        ("GitLab", beginning("glpat-", 20)),
        ("Slack", format!("xoxb-123456789012-{}", random(24))),
        ("Slack hook", format!("https://hooks.slack.com/services/T0000/B0000/{}", random(24))),
        ("Stripe", beginning("sk_live_", 24)),
        ("Stripe restricted", beginning("rk_live_", 24)),
        ("Stripe hook", beginning("whsec_", 32)),
        ("Twilio", format!("SK{}", hex(32))),
        ("SendGrid", format!("SG.{}.{}", random(22), random(43))),
        ("Mailgun", format!("key-{}", hex(32))),
        ("npm", beginning("npm_", 36)),
        ("PyPI", beginning("pypi-AgEIcHlwaS5vcmc", 50)),
        ("Telegram", format!("1234567890:{}", random(35))),
        ("Discord", format!("{}.{}.{}", random(26), random(6), random(38))),
        ("PEM", format!("-----BEGIN {} KEY-----MIIEvQ", "PRIVATE")),
        ("JWT", format!("{}.{}.{}", beginning("eyJ", 20), beginning("eyJ", 30), random(43))),
        ("Bearer", beginning("Bearer ", 20)),
        ("database", format!("postgres://app:{}@db.example.com/prod", random(8))),
        ("Vault", beginning("hvs.", 24)),
        ("Databricks", format!("dapi{}", hex(32))),
        ("Sentry", format!("https://{}@o1.ingest.sentry.io/1", hex(32))),
        ("e-mail", "ann.smith@example.com".into()),
        ("account", "9f8b7c6d-1a2b-4c3d-8e9f-0a1b2c3d4e5f".into()),
    ]
}
