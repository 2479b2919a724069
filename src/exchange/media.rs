//! Media: images, files and sounds of a prompt, of which a log has bytes or an address, and no tokens.

/// An image, a file or a sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// The identity of all that the log has of it.
    pub digest: u128,
    /// Width and height of an image in pixels, if its bytes are in the log.
    pub size: Option<(u32, u32)>,
    /// The client asks for little detail.
    pub is_low_detail: bool,
}
