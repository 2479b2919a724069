//! The messages of a request. Each request of a session sends what the request before it sent and a little more, so that the requests of a
//! session are beginnings of one list, and none of them is a list of its own unless somebody asks for its messages.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Message;

/// The messages of a request, the oldest first.
#[derive(Debug, Default)]
pub struct Messages {
    list: OnceLock<Vec<Arc<Message>>>,
    /// The list that they are the beginning of, if they are those of a session.
    beginning: Option<Beginning>,
}

#[derive(Clone, Debug)]
struct Beginning {
    all: Arc<Mutex<Vec<Arc<Message>>>>,
    length: usize,
    has_marks: bool,
}

/// The conversation of a session, which only grows; its copies go on apart.
#[derive(Clone, Debug, Default)]
pub struct SessionMessages {
    all: Arc<Mutex<Vec<Arc<Message>>>>,
    length: usize,
    has_marks: bool,
}

impl Clone for Messages {
    /// A copy in a session shares the conversation and no list of it: the lists of all turns would grow with their square.
    fn clone(&self) -> Self {
        let list = if self.beginning.is_some() { OnceLock::new() } else { self.list.clone() };
        Self { list, beginning: self.beginning.clone() }
    }
}

impl Messages {
    /// The messages as a list.
    pub fn as_slice(&self) -> &[Arc<Message>] {
        self.list.get_or_init(|| self.beginning.as_ref().map(Beginning::to_vec).unwrap_or_default())
    }

    /// Changes the messages, which are then no session's.
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<Arc<Message>>)) {
        self.as_slice();
        let mut list = self.list.take().unwrap_or_default();
        change(&mut list);
        *self = list.into();
    }

    /// True if they are those of a session, of which each was looked at when it was said.
    pub fn are_of_session(&self) -> bool {
        self.beginning.is_some()
    }

    /// True if one of them has a mark of the client's for the cache.
    pub fn have_marks(&self) -> bool {
        match &self.beginning {
            Some(beginning) => beginning.has_marks,
            None => self.as_slice().iter().any(|message| !message.cache_controls.is_empty()),
        }
    }
}

impl From<Vec<Arc<Message>>> for Messages {
    fn from(messages: Vec<Arc<Message>>) -> Self {
        Self { list: OnceLock::from(messages), beginning: None }
    }
}

impl Beginning {
    fn to_vec(&self) -> Vec<Arc<Message>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)[..self.length].to_vec()
    }
}

impl SessionMessages {
    /// Adds what was said next.
    pub fn extend(&mut self, messages: impl IntoIterator<Item = Arc<Message>>) {
        let shared = Arc::clone(&self.all);
        let mut all = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == self.length {
            self.append(&mut all, messages);
        } else {
            // A copy of this conversation went on otherwise.
            let mut own = all[..self.length].to_vec();
            self.append(&mut own, messages);
            self.all = Arc::new(Mutex::new(own));
        }
    }

    fn append(&mut self, all: &mut Vec<Arc<Message>>, messages: impl IntoIterator<Item = Arc<Message>>) {
        for message in messages {
            self.has_marks |= !message.cache_controls.is_empty();
            all.push(message);
        }
        self.length = all.len();
    }

    /// All so far, as a request sends them.
    pub fn so_far(&self) -> Messages {
        let Self { all, length, has_marks } = self;
        let beginning = Beginning { all: Arc::clone(all), length: *length, has_marks: *has_marks };
        Messages { list: OnceLock::new(), beginning: Some(beginning) }
    }

    /// True if nothing was said.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl FromIterator<Arc<Message>> for SessionMessages {
    fn from_iter<I: IntoIterator<Item = Arc<Message>>>(messages: I) -> Self {
        let mut session = Self::default();
        session.extend(messages);
        session
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_keeps_what_was_said_when_it_was_sent() {
        let say = |text: &str| Arc::new(Message { role: text.into(), ..Message::default() });
        let roles = |messages: &Messages| -> Vec<String> {
            messages.as_slice().iter().map(|message| message.role.clone()).collect()
        };
        let mut session: SessionMessages = [say("a")].into_iter().collect();
        let first = session.so_far();
        session.extend([say("b")]);
        let mut second = session.so_far();
        assert_eq!((roles(&first), roles(&second)), (vec!["a".into()], vec!["a".into(), "b".into()]));
        second.change(|messages| messages.push(say("c")));
        let mut other = session.clone();
        session.extend([say("d")]);
        other.extend([say("e")]);
        assert_eq!((roles(&session.so_far()).concat(), roles(&other.so_far()).concat()), ("abd".into(), "abe".into()));
        assert_eq!(roles(&second), ["a", "b", "c"]);
        assert!(Arc::ptr_eq(&first.as_slice()[0], &second.as_slice()[0]));
    }
}
