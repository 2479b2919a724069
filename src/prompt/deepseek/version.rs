//! The eras of the hosted API, by the names that profiles use.

/// An era of the hosted API; facts and dates are in `profile/builtin.yaml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// V3 and R1, to 2025-08-20.
    V3,
    /// V3.1, V3.1-Terminus, V3.2-Exp, to 2025-11-30.
    V3_1,
    /// V3.2, to 2026-04-23.
    V3_2,
    /// V4 as released on 2026-04-24.
    V4,
    /// V4 since 2026-08-10, as `deepseek-recipe` renders it.
    V4August,
    /// V4.1.
    V4_1,
}

impl Version {
    const NAMES: [(&'static str, Self); 6] = [
        ("deepseek-v3", Self::V3),
        ("deepseek-v3.1", Self::V3_1),
        ("deepseek-v3.2", Self::V3_2),
        ("deepseek-v4", Self::V4),
        ("deepseek-v4-august", Self::V4August),
        ("deepseek-v4.1", Self::V4_1),
    ];

    /// True if the hosted API of that time does as `deepseek-recipe` 0.2.0 does.
    pub(super) fn is_recipe(self) -> bool {
        matches!(self, Self::V4August | Self::V4_1)
    }

    /// The version that profiles call by this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, version)| *version)
    }
}
