//! The bench itself: targets, network, adversary, checks, plan and run.
