//! Kinds of what a path or stdin may be.

use std::fs::Metadata;

/// True if a file or another program's output was put in the place of the keyboard.
pub fn stdin_is_fed() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        std::fs::metadata("/dev/stdin").is_ok_and(|stdin| stdin.is_file() || stdin.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    !std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// The kind of a file that is neither a regular file nor a folder, such as `a pipe`.
pub fn special(metadata: &Metadata) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        let kinds = [
            (kind.is_fifo(), "a pipe"),
            (kind.is_socket(), "a socket"),
            (kind.is_char_device(), "a character device"),
            (kind.is_block_device(), "a block device"),
        ];
        kinds.into_iter().find_map(|(is_it, name)| is_it.then_some(name))
    }
    #[cfg(not(unix))]
    (!metadata.is_file() && !metadata.is_dir()).then_some("a device")
}
