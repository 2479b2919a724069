//! The owner of a cache, as far as a log tells: which of its parts keep caches apart is the provider's rule.

/// The caller that a log names, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The name that the user's own pointer led to: it decides alone.
    pub named: Option<String>,
    /// The organisation or account at the provider; at Azure the resource.
    pub account: Option<String>,
    /// The API key by its name; a gateway's virtual key.
    pub key: Option<String>,
    /// The user in the field by which the API lets a client keep caches apart: `user_id` in Chat, `metadata.user_id` in Messages,
    /// `user` in Responses.
    pub user_id: Option<String>,
    /// The user in any other field.
    pub user: Option<String>,
    /// The word by which a request keeps its cache apart from all others (`cache_salt` of vLLM).
    pub salt: Option<String>,
    /// The server that was called, by host and port, where it is no known seller's: each server of one's own has a cache of its own.
    pub server: Option<String>,
}

/// A part of a scope by which a provider may keep caches apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopePart {
    /// Organisation, account or resource.
    Account,
    /// API key.
    Key,
    /// The API's own field for it.
    UserId,
    /// Any other user.
    User,
    /// The word by which a request keeps its cache apart.
    Salt,
    /// The server.
    Server,
}

impl ScopePart {
    /// The part of that name in a profile.
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "account" => Some(Self::Account),
            "key" => Some(Self::Key),
            "user_id" => Some(Self::UserId),
            "user" => Some(Self::User),
            "salt" => Some(Self::Salt),
            "server" => Some(Self::Server),
            _ => None,
        }
    }
}

impl Scope {
    /// The scope that the user's own pointer names.
    pub fn named(name: String) -> Self {
        Self { named: Some(name), ..Self::default() }
    }

    /// True if the log names no caller.
    pub fn is_unknown(&self) -> bool {
        let Self { named, account, key, user_id, user, salt, server: _ } = self;
        [named, account, key, user_id, user, salt].iter().all(|part| part.is_none())
    }

    /// All that is known, as one name; the user's own pointer decides alone.
    pub fn name(&self) -> Option<String> {
        if let Some(name) = &self.named {
            return Some(name.clone());
        }
        let parts = [&self.account, &self.key, &self.user_id, &self.user];
        let mut known = parts.into_iter().flatten();
        let mut name = known.next()?.clone();
        for part in known {
            name.push('/');
            name.push_str(part);
        }
        Some(name)
    }

    /// The owner of the cache, where these parts keep caches apart.
    pub fn owner(&self, apart: &[ScopePart]) -> Owner<'_> {
        match &self.named {
            Some(name) => Owner([Some(name), None, None, None, None, None]),
            None => Owner(
                [
                    ScopePart::Account,
                    ScopePart::Key,
                    ScopePart::UserId,
                    ScopePart::User,
                    ScopePart::Salt,
                    ScopePart::Server,
                ]
                .map(|part| self.part(part).filter(|_| apart.contains(&part))),
            ),
        }
    }

    /// All parts, for what has to be hidden in them.
    pub fn parts_mut(&mut self) -> [&mut Option<String>; 7] {
        let Self { named, account, key, user_id, user, salt, server } = self;
        [named, account, key, user_id, user, salt, server]
    }

    fn part(&self, part: ScopePart) -> Option<&str> {
        let name = match part {
            ScopePart::Account => &self.account,
            ScopePart::Key => &self.key,
            ScopePart::UserId => &self.user_id,
            ScopePart::User => &self.user,
            ScopePart::Salt => &self.salt,
            ScopePart::Server => &self.server,
        };
        name.as_deref()
    }
}

/// The parts of a scope that decide on the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner<'a>(pub [Option<&'a str>; 6]);

impl Owner<'_> {
    /// One text for each owner: names are told apart by their lengths.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (index, name) in self.0.iter().enumerate().filter_map(|(index, name)| Some((index, (*name)?))) {
            text.push_str(&format!("{index}:{}:{name};", name.len()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        let name = |name: &str| Some(name.to_owned());
        Scope { key: name("key:a"), user_id: name("user:ann"), ..Scope::default() }
    }

    #[test]
    fn only_parts_that_keep_caches_apart_make_an_owner() {
        assert_eq!(scope().owner(&[ScopePart::Account]), Scope::default().owner(&[]));
        assert_ne!(scope().owner(&[ScopePart::Key]), scope().owner(&[ScopePart::UserId]));
        assert_eq!(scope().name().as_deref(), Some("key:a/user:ann"));
    }

    #[test]
    fn servers_of_ones_own_are_apart_where_the_rule_says_so_and_name_no_caller() {
        let at = |server: &str| Scope { server: Some(server.into()), ..Scope::default() };
        assert_ne!(at("a:8000").owner(&[ScopePart::Server]), at("b:8000").owner(&[ScopePart::Server]));
        assert_eq!(at("a:8000").owner(&[ScopePart::Account]), at("b:8000").owner(&[ScopePart::Account]));
        assert!(at("a:8000").is_unknown());
    }

    #[test]
    fn a_name_that_the_user_pointed_at_decides_alone() {
        let named = Scope { named: Some("red".into()), ..scope() };
        assert_ne!(named.owner(&[]), scope().owner(&[]));
    }
}
