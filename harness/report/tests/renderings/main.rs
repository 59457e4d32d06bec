//! Renderings of one small run with every outcome in it.

#[cfg(test)]
mod campaign;
#[cfg(test)]
mod capacity;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fuzzing;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_exports;
#[cfg(test)]
mod html;
#[cfg(test)]
mod print;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod statement;
#[cfg(test)]
mod text;
#[cfg(test)]
mod wording;
