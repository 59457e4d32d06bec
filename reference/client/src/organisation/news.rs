//! What the organisation says from time to time: its log of acts, and then the policy that may name the log's head.

use reference_organisation::{Authorised, LogPage, Policy as Profile, Time, read};
use serde_json::Value;

use super::{Affiliation, Asked, ENDPOINT, Organisation, directory::Listing};
use crate::{
    CallId, Client, Conduct, Flaw, Outcome, Policy,
    client::{Answer, Body, Method, Pending},
};

/// News are asked for again after so many milliseconds, and at every start.
const FRESH_FOR: u64 = 60 * 60 * 1000;

/// Acts that are kept; an organisation that did more is asked no further.
const MOST_ACTS: usize = 50_000;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// The next page of the log of acts.
    Acts,
    /// The newest policy of the tenant.
    Policy,
    /// What holds the newest directory of the tenant together.
    Directory,
    /// A page of it, counted from 0.
    Page(usize),
}

impl Client {
    /// Asks for the organisation's news if the last ones are old.
    pub(crate) fn refresh_organisation(&mut self, now: u64) {
        let stale = match self.affiliation.refreshed {
            None => true,
            Some(at) => now.saturating_sub(at) >= FRESH_FOR,
        };
        if stale && self.affiliation.organisation().is_some() {
            self.ask_news(now, None);
        }
    }

    pub(super) fn ask_news(&mut self, now: u64, call: Option<CallId>) {
        self.affiliation.refreshed = Some(now);
        self.ask_topic(Topic::Acts, call);
    }

    fn ask_topic(&mut self, topic: Topic, call: Option<CallId>) {
        let Some(known) = self.affiliation.organisation() else {
            return;
        };
        let path = match topic {
            Topic::Acts => format!("{ENDPOINT}/acts?from={}", known.acts.len()),
            Topic::Policy => format!("{ENDPOINT}/policy"),
            Topic::Directory => format!("{ENDPOINT}/directory"),
            Topic::Page(place) => format!("{ENDPOINT}/directory/{place}"),
        };
        let pending = Pending::Organisation(Asked::News(topic, call));
        self.wire.send(Method::Get, path, Body::Empty, pending);
    }

    /// Takes news in; what does not hold changes nothing and is shown. A call that waits for them ends well without.
    pub(super) fn take_news(
        &mut self,
        now: u64,
        topic: Topic,
        call: Option<CallId>,
        answer: Answer<'_>,
    ) {
        let known = self.affiliation.organisation();
        let acts = known.map_or(0, |known| known.acts.len());
        let conduct = self.conduct.clone();
        let next = self
            .affiliation
            .take_topic(topic, answer, (Time(now), &conduct));
        match (next, call) {
            (Some(topic), call) => self.ask_topic(topic, call),
            (None, Some(call)) => self.wire.done(call, Outcome::Finished),
            (None, None) => {}
        }
        let known = self.affiliation.organisation();
        if known.is_some_and(|known| known.acts.len() > acts) {
            self.judge_again();
        }
        let policy = self.affiliation.policy();
        if policy != self.policy {
            self.obey(policy);
        }
    }

    /// From now on this policy holds.
    pub(crate) fn obey(&mut self, policy: Policy) {
        self.rooms.keep_for(policy.retention.clone());
        self.policy = policy;
    }
}

impl Affiliation {
    /// Takes in what was asked for; what to ask for next.
    fn take_topic(
        &mut self,
        topic: Topic,
        answer: Answer<'_>,
        by: (Time, &Conduct),
    ) -> Option<Topic> {
        self.changed = true;
        let known = self.known.as_mut()?;
        let taken = match topic {
            Topic::Acts => {
                known.fault = None;
                let more = known.take_acts(answer);
                more.map(|more| Some(if more { Topic::Acts } else { Topic::Policy }))
            }
            Topic::Policy => known.take_policy(answer, by).map(|()| None),
            Topic::Directory => {
                let coming = known.take_directory(self.listing.as_ref(), answer, by);
                coming.map(|coming| self.expect(coming))
            }
            Topic::Page(_) => {
                let taken = self.coming.take().map(|mut coming| {
                    let taken = known.take_page(&mut coming, answer, by.1);
                    taken.map(|()| coming)
                });
                taken.transpose().map(|coming| self.expect(coming))
            }
        };
        let is_well = taken.is_ok();
        let known = self.change()?;
        let next = taken.unwrap_or_else(|fault| {
            known.fault.get_or_insert(fault);
            None
        });
        match topic {
            // What one thing lacks keeps nobody from the next.
            Topic::Acts if !is_well => Some(Topic::Policy),
            Topic::Policy => known.directory_key.is_some().then_some(Topic::Directory),
            Topic::Acts | Topic::Directory | Topic::Page(_) => next,
        }
    }

    /// A directory is coming: the next of its pages, or it is whole and takes the place of the one before.
    fn expect(&mut self, coming: Option<Listing>) -> Option<Topic> {
        let coming = coming?;
        if !coming.is_whole() {
            let next = Topic::Page(coming.next_page());
            self.coming = Some(coming);
            return Some(next);
        }
        self.listing = Some(coming);
        self.has_new_listing = true;
        None
    }
}

impl Organisation {
    /// Appends the acts of a page; whether there are more of them.
    fn take_acts(&mut self, answer: Answer<'_>) -> Result<bool, String> {
        answer.good().map_err(|refusal| refusal.to_string())?;
        let page: LogPage = parse(answer.body)?;
        let log = self.log.as_mut().ok_or("the log was not read")?;
        let before = self.acts.len();
        for entry in page.entries {
            if self.acts.len() >= MOST_ACTS {
                return Err(format!("more than {MOST_ACTS} acts"));
            }
            log.append(&entry).map_err(|fault| fault.to_string())?;
            self.acts.push(entry);
        }
        let known = log.head();
        if page.head.length < known.length {
            return Err(format!(
                "the relay shows {} acts, {} are known",
                page.head.length, known.length
            ));
        }
        Ok(page.head.length > known.length && self.acts.len() > before)
    }

    /// Puts a newer policy in force.
    fn take_policy(
        &mut self,
        answer: Answer<'_>,
        (now, conduct): (Time, &Conduct),
    ) -> Result<(), String> {
        if answer.status == 404 && self.policy.is_none() {
            return Ok(());
        }
        answer.good().map_err(|refusal| refusal.to_string())?;
        let next: Authorised<Profile> = parse(answer.body)?;
        let body = next.body();
        if self.policy.as_ref() == Some(&next) {
            return Ok(());
        }
        if !conduct.has(Flaw::PolicyUnsigned) {
            let trust = self.trust().ok_or("the log was not read")?;
            let verified = next.verify_policy(trust, now);
            verified.map_err(|error| error.to_string())?;
        }
        if body.tenant != self.tenant && !conduct.has(Flaw::PolicyOfOtherTenant) {
            return Err(format!("the policy is for the tenant {}", body.tenant));
        }
        if let Some(log) = self.log.as_ref()
            && let Some(head) = &body.log
        {
            let continues = log.check_continues(head);
            continues.map_err(|fault| fault.to_string())?;
        }
        if let Some(seen) = &self.policy
            && !conduct.has(Flaw::PolicyRollback)
            && !(conduct.has(Flaw::PolicyOfOtherTenant) && body.tenant != self.tenant)
        {
            let follows = seen.body().accepts(body);
            follows.map_err(|error| error.to_string())?;
        }
        self.policy = Some(next);
        Ok(())
    }
}

fn parse<T: serde::Serialize + serde::de::DeserializeOwned>(body: &Value) -> Result<T, String> {
    read(body).map_err(|error| error.to_string())
}
