//! All that was sent and answered within a scope: a radix tree over tokens that gives the longest common prefix with any earlier
//! exchange, and the exchange that owns it. It never forgets; entries that a cache no longer keeps are the table's matter.
//!
//! Memory grows with distinct tokens: edges are stretches of the long pieces of sequences, which others remember as well, and copies
//! of the short ones.

use std::collections::HashMap;
use std::sync::Arc;

use super::table::Instant;
use crate::exchange::Place;
use crate::tokens::{Sequence, TokenId};

/// One exchange as the cache sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Its place in the logs.
    pub place: Place,
    /// Start of the request.
    pub start: Instant,
    /// End of the response.
    pub end: Instant,
}

/// All sequences of one scope.
#[derive(Default)]
pub(super) struct History {
    nodes: Vec<Node>,
    children: HashMap<(u32, TokenId), u32>,
}

/// The longest common prefix with what came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Common {
    /// Its length in tokens.
    pub(super) length: usize,
    /// The latest exchange that has it, one whose whole prompt lies within it first.
    pub(super) owner: Option<Place>,
    /// True if the owner's whole prompt, its generation suffix aside, lies within it.
    pub(super) is_appended: bool,
}

/// A start that is known beforehand: the sequence begins with the same tokens as the one that ends at a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownStart {
    /// The last node of the other sequence.
    pub(super) node: u32,
    /// Number of tokens that are the same.
    pub(super) tokens: usize,
}

impl KnownStart {
    /// Nothing.
    pub(super) const NOTHING: Self = Self { node: ROOT, tokens: 0 };
}

/// An edge of the tree with the node at its end. Sequences and the ends of their prompts always end at a node.
struct Node {
    /// The node above it.
    parent: u32,
    /// A piece that has the tokens of the edge, and which of them these are.
    tokens: Arc<[TokenId]>,
    start: usize,
    length: usize,
    /// Tokens before the edge.
    depth: usize,
    /// The latest exchange that passes.
    latest: Place,
    /// The latest that passes and whose prompt ends before the edge.
    appended: Option<Place>,
    /// The latest whose prompt ends at this node.
    ends: Option<Place>,
}

const ROOT: u32 = u32::MAX;

/// Tokens from which on an edge of its own is less than a copy.
const LONG: usize = 128;

impl History {
    /// The longest prefix of `tokens` that an earlier sequence has.
    pub(super) fn common(&self, tokens: &[TokenId], known: KnownStart) -> Common {
        let (node, length) = self.walk(tokens, known);
        let Some(node) = node.map(|node| &self.nodes[node as usize]) else {
            return Common { length: 0, owner: None, is_appended: false };
        };
        let at_end = length == node.depth + node.length;
        let appended = if at_end { node.ends.max(node.appended) } else { node.appended };
        Common { length, owner: Some(appended.unwrap_or(node.latest)), is_appended: appended.is_some() }
    }

    /// Keeps a sequence with these tokens whose prompt, its generation suffix aside, is `core` tokens long, and gives the node
    /// at its end.
    pub(super) fn insert(
        &mut self,
        sequence: &Sequence,
        tokens: &[TokenId],
        core: usize,
        seen: Seen,
        known: KnownStart,
    ) -> Option<u32> {
        let (mut parent, mut depth) = self.start(known, core);
        let mut above = parent;
        while let Some(node) = self.nodes.get(above as usize) {
            let next = node.parent;
            self.pass(above, core, seen.place);
            above = next;
        }
        while depth < tokens.len() {
            // A prompt's end is always the end of an edge.
            let stop = if depth < core { core } else { tokens.len() };
            let child = self.children.get(&(parent, tokens[depth])).copied();
            let node = match child {
                None => self.add(parent, (sequence, tokens), (depth, stop), seen.place),
                Some(node) => {
                    let shared = self.shared(node, &tokens[depth..stop]);
                    if shared < self.nodes[node as usize].length { self.split(parent, node, shared) } else { node }
                }
            };
            depth = self.pass(node, core, seen.place);
            parent = node;
        }
        (parent != ROOT).then_some(parent)
    }

    /// The node below which the tokens up to `most` need not be compared again, and its depth: the last one that lies before.
    fn start(&self, known: KnownStart, most: usize) -> (u32, usize) {
        let position = known.tokens.min(most);
        let mut at = known.node;
        while let Some(node) = self.nodes.get(at as usize) {
            let end = node.depth + node.length;
            // A sequence always goes on behind its start, so that it passes a node of its own.
            if end < position {
                return (at, end);
            }
            at = node.parent;
        }
        (ROOT, 0)
    }

    /// Marks a node as passed by an exchange, and gives the depth of its end.
    fn pass(&mut self, node: u32, core: usize, place: Place) -> usize {
        let node = &mut self.nodes[node as usize];
        let end = node.depth + node.length;
        node.latest = place;
        if core <= node.depth {
            node.appended = Some(place);
        } else if core == end {
            node.ends = Some(place);
        }
        end
    }

    /// The last node touched from the root on, and the tokens shared.
    fn walk(&self, tokens: &[TokenId], known: KnownStart) -> (Option<u32>, usize) {
        let (mut parent, mut depth) = self.start(known, tokens.len());
        let mut last = None;
        while depth < tokens.len() {
            let Some(node) = self.children.get(&(parent, tokens[depth])).copied() else { break };
            let shared = self.shared(node, &tokens[depth..]);
            depth += shared;
            last = Some(node);
            if shared < self.nodes[node as usize].length {
                break;
            }
            parent = node;
        }
        (last, depth)
    }

    /// Counts the edge's tokens that these begin with.
    fn shared(&self, node: u32, tokens: &[TokenId]) -> usize {
        let edge = self.nodes[node as usize].edge();
        let length = edge.len().min(tokens.len());
        // Whole stretches first: comparing slices is comparing memory.
        let whole = (0..length / 64).take_while(|i| edge[i * 64..][..64] == tokens[i * 64..][..64]).count() * 64;
        whole + edge[whole..length].iter().zip(&tokens[whole..length]).take_while(|(a, b)| a == b).count()
    }

    /// Adds an edge from one depth up to another at most: the rest of a long piece, or all that stands before the next one.
    fn add(
        &mut self,
        parent: u32,
        (sequence, all): (&Sequence, &[TokenId]),
        (depth, stop): (usize, usize),
        place: Place,
    ) -> u32 {
        let rest = sequence.piece(depth).map(|(piece, start)| (piece, start, (piece.len() - start).min(stop - depth)));
        // Of a long text that is hardly used a copy is less than the whole.
        let long = rest.filter(|(piece, _, length)| *length >= LONG && length * 2 >= piece.len());
        let (tokens, start, length) = if let Some((piece, start, length)) = long {
            (Arc::clone(piece), start, length)
        } else {
            let short = &all[depth..sequence.next_of(LONG, depth).min(stop)];
            (short.into(), 0, short.len())
        };
        let node = Node { parent, tokens, start, length, depth, latest: place, appended: None, ends: None };
        self.push(parent, node.edge()[0], node)
    }

    /// Cuts an edge after `at` tokens; the node in the middle is new, the old one keeps its place below it.
    fn split(&mut self, parent: u32, node: u32, at: usize) -> u32 {
        let old = &mut self.nodes[node as usize];
        let upper = Node {
            parent,
            tokens: Arc::clone(&old.tokens),
            start: old.start,
            length: at,
            depth: old.depth,
            latest: old.latest,
            appended: old.appended,
            ends: None,
        };
        old.start += at;
        old.length -= at;
        old.depth += at;
        let (first, below) = (upper.edge()[0], old.edge()[0]);
        let middle = self.push(parent, first, upper);
        self.nodes[node as usize].parent = middle;
        self.children.insert((middle, below), node);
        middle
    }

    fn push(&mut self, parent: u32, first: TokenId, node: Node) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(ROOT);
        self.nodes.push(node);
        self.children.insert((parent, first), index);
        index
    }
}

impl Node {
    /// The tokens of the edge.
    fn edge(&self) -> &[TokenId] {
        &self.tokens[self.start..self.start + self.length]
    }
}
