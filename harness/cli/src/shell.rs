//! `completions` and `man`: what a shell and a manual know of the command line, made from its definition.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{
    args::Arguments,
    failure::{Failure, PASSED},
};

/// Prints the script that completes the program's arguments in a shell.
pub(crate) fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "pruefstand", &mut script);
    // Raw: a script has no colours to take away.
    std::io::stdout().write_all(&script)?;
    Ok(PASSED)
}

/// Prints the manual page, in roff, with a section for every command.
pub(crate) fn man() -> Result<u8, Failure> {
    let mut command = Arguments::command();
    command.build();
    let mut pages = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut pages)?;
    for part in command.get_subcommands().filter(|part| !part.is_hide_set()) {
        // One page: the heading of each command's own would begin another one.
        let man = clap_mangen::Man::new(part.clone());
        writeln!(
            pages,
            ".SH \"PRUEFSTAND {}\"",
            part.get_name().to_uppercase()
        )?;
        man.render_description_section(&mut pages)?;
        man.render_synopsis_section(&mut pages)?;
        man.render_options_section(&mut pages)?;
    }
    std::io::stdout().write_all(&pages)?;
    Ok(PASSED)
}
