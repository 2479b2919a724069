//! Evidence: what a log does not say has candidates, and the figures that the provider reported choose among them.
//!
//! Each file holds one assumption: [`order`] in which order requests reached the provider, [`judgement`] by which profile and in which order of keys they are counted, [`choice`] which way of counting
//! reproduces the reported counts, where [`chance`] does not explain that, [`doubts`] which requests are worth trying, [`inference`] what reported hits say of a cache without a published rule, by the [`step`] they come in and the [`age`] of what is served, [`spacing`] the times of requests whose lines have none. Everything here is a function of what was observed, so that the same log gives the same choice
//! whatever the threads.

pub mod age;
pub mod chance;
pub mod choice;
pub mod doubts;
pub mod inference;
pub mod judgement;
pub mod order;
pub mod spacing;
pub mod step;
