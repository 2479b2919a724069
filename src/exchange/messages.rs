//! The messages of a request. Each request of a session sends what the request before it sent and a little more, so that the requests of a
//! session are beginnings of one list, and none of them is a list of its own unless somebody asks for its messages.

use std::borrow::Cow;
use std::collections::HashMap;
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

/// A sum over the messages of each request. Those of a session are looked at once, when they were said, not again in each request.
#[derive(Debug, Default)]
pub struct SumOfMessages<T> {
    /// The sum of the longest beginning of each session's conversation so far, by the place of that, which is kept as long as this is.
    sessions: HashMap<usize, (Beginning, T)>,
    /// The sum of a request that no session goes on from.
    alone: T,
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

    /// Looks at the messages without making a list of those of a session.
    fn look<T>(&self, at: impl FnOnce(&[Arc<Message>]) -> T) -> T {
        match (self.list.get(), &self.beginning) {
            (Some(list), _) => at(list),
            (None, Some(Beginning { all, length, .. })) => {
                at(&all.lock().unwrap_or_else(PoisonError::into_inner)[..*length])
            }
            (None, None) => at(&[]),
        }
    }

    /// The instructions before the conversation.
    pub fn instructions(&self) -> Vec<Arc<Message>> {
        self.look(|messages| messages.iter().take_while(|message| message.is_system()).cloned().collect())
    }

    /// The number of messages and the last of them; `None` if there is none.
    pub fn last(&self) -> Option<(usize, Arc<Message>)> {
        self.look(|messages| Some((messages.len(), Arc::clone(messages.last()?))))
    }

    /// The message at an index.
    pub fn get(&self, index: usize) -> Option<Arc<Message>> {
        self.look(|messages| messages.get(index).cloned())
    }

    /// The messages behind the first so many.
    pub fn behind(&self, count: usize) -> Cow<'_, [Arc<Message>]> {
        match (self.list.get(), &self.beginning) {
            (Some(list), _) => Cow::Borrowed(list.get(count..).unwrap_or_default()),
            (None, Some(beginning)) => Cow::Owned(beginning.behind(count)),
            (None, None) => Cow::default(),
        }
    }

    /// The number of messages that they begin with and that are all of an earlier request's; `None` if they are not its continuation, the
    /// very same messages and further ones.
    pub fn continued(&self, earlier: &Self) -> Option<usize> {
        if let (Some(ours), Some(theirs)) = (&self.beginning, &earlier.beginning)
            && Arc::ptr_eq(&ours.all, &theirs.all)
        {
            return (theirs.length <= ours.length).then_some(theirs.length);
        }
        if self.beginning.is_some() || earlier.beginning.is_some() {
            return None;
        }
        let (ours, theirs) = (self.as_slice(), earlier.as_slice());
        let is_same = |(our, their): (&Arc<Message>, &Arc<Message>)| Arc::ptr_eq(our, their);
        (theirs.len() <= ours.len() && ours.iter().zip(theirs).all(is_same)).then_some(theirs.len())
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
        self.behind(0)
    }

    /// The messages behind the first so many.
    fn behind(&self, count: usize) -> Vec<Arc<Message>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all[count.min(self.length)..self.length].to_vec()
    }
}

impl<T: Default> SumOfMessages<T> {
    /// The sum over the messages of the next request, to which `add` adds one message.
    pub fn next(&mut self, messages: &Messages, mut add: impl FnMut(&mut T, &Arc<Message>)) -> &mut T {
        let Some(beginning) = &messages.beginning else {
            self.alone = T::default();
            messages.as_slice().iter().for_each(|message| add(&mut self.alone, message));
            return &mut self.alone;
        };
        let nothing = || (Beginning { length: 0, ..beginning.clone() }, T::default());
        let (known, sum) = self.sessions.entry(Arc::as_ptr(&beginning.all).addr()).or_insert_with(nothing);
        if known.length > beginning.length {
            // An earlier turn that comes later.
            self.alone = T::default();
            beginning.to_vec().iter().for_each(|message| add(&mut self.alone, message));
            return &mut self.alone;
        }
        beginning.behind(known.length).iter().for_each(|message| add(sum, message));
        known.length = beginning.length;
        sum
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

    #[test]
    fn a_request_continues_those_of_its_session_that_came_before_it_and_each_message_is_added_once() {
        let say = |text: &str| Arc::new(Message { role: text.into(), ..Message::default() });
        let mut session: SessionMessages = [say("a")].into_iter().collect();
        let first = session.so_far();
        session.extend([say("b"), say("c")]);
        let second = session.so_far();
        let alone: Messages = second.as_slice().to_vec().into();
        let longer: Messages = [second.as_slice(), &[say("d")]].concat().into();
        assert_eq!((second.continued(&first), first.continued(&second)), (Some(1), None));
        assert_eq!(
            (longer.continued(&alone), alone.continued(&longer), longer.continued(&second)),
            (Some(3), None, None)
        );
        assert_eq!(first.behind(1).len() + second.behind(1).len() + longer.behind(3).len() + alone.behind(9).len(), 3);
        let (mut sums, mut added) = (SumOfMessages::<String>::default(), 0);
        let of_each = [&first, &second, &first, &alone, &second].map(|messages| {
            let add = |sum: &mut String, message: &Arc<Message>| {
                added += 1;
                sum.push_str(&message.role);
            };
            sums.next(messages, add).clone()
        });
        assert_eq!((of_each.join(" ").as_str(), added), ("a abc a abc abc", 3 + 1 + 3));
    }
}
