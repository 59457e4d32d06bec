//! Who gets an account: nobody without an invitation, and nobody twice with one.

use harness_driver::{Payload, Request, Response, Secret};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{KEPT_OUT, path, status};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Scene, Seen, request},
    target::next_stage,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-no-self-registration",
        version: 1,
        subject: Subject::Relay,
        requirements: &["CLO-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "Nobody gets an account without an invitation.",
        precondition: "An account that the operator made works.",
        expected: "Registration without a token, with a dummy stage, with an invented token and as a guest is refused, and none of the names can log in.",
        needs: &[],
        twins: &[Seeded::relay(
            "relay-open-registration",
            "registered-without-invitation",
        )],
        run: no_self_registration,
    },
    Check {
        id: "relay-invitation-single-use",
        version: 1,
        subject: Subject::Relay,
        requirements: &["GRP-06", "CLO-01"],
        attacks: &["ATK-GRP-03"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "An invitation for one account is good for one account, also when two use it at once.",
        precondition: "The operator gives out invitation tokens; a fresh one makes an account.",
        expected: "The second use is refused; of two uses at the same moment exactly one succeeds, eight times out of eight.",
        needs: &[Need::Invitations],
        twins: &[Seeded::relay(
            "relay-token-reusable",
            "invitation-used-twice",
        )],
        run: invitation_single_use,
    },
];

/// How often two use one invitation in the same moment; a relay may let both in only now and then.
const RACES: usize = 8;

/// No account has this password; it stands here in clear because nothing depends on it.
const PASSWORD: &str = "Attempted-Password-7";

fn no_self_registration(scene: &mut Scene) -> Result<(), Stop> {
    let invited = scene.session("invited")?;
    scene.must_work(Role::Control, "control-lost", &invited)?;
    let code = "registered-without-invitation";
    let invented = Secret::new("no-such-invitation");
    let stages: [fn(&Value, &Secret) -> Value; 3] = [
        |_session, _token| Value::Null,
        |session, _token| json!({ "type": "m.login.dummy", "session": session }),
        |session, token| json!({ "type": "m.login.registration_token", "session": session, "token": token.expose() }),
    ];
    for stage in stages {
        let name = scene.fresh_name("stranger");
        let first = scene.raw(
            None,
            "POST",
            &path(&["register"]),
            Payload::Json(registration(&name, Value::Null)),
        )?;
        let session = first
            .body
            .json()
            .and_then(|body| body.get("session"))
            .cloned()
            .unwrap_or_default();
        let body = registration(&name, stage(&session, &invented));
        let seen = scene.ask(None, "POST", &path(&["register"]), Payload::Json(body))?;
        scene.expect(Role::Attack, code, &[&seen], status(&[400, 401, 403, 404]));
        let seen = log_in(scene, &name)?;
        scene.expect(Role::Attack, code, &[&seen], status(&[400, 401, 403, 404]));
    }
    let guest = format!("{}?kind=guest", path(&["register"]));
    let seen = scene.ask(None, "POST", &guest, Payload::Json(json!({})))?;
    scene.expect(
        Role::Attack,
        "guest-admitted",
        &[&seen],
        status(&[400, 401, 403, 404]),
    );
    let later = scene.session("later")?;
    scene.must_work(Role::State, "enrolment-broken", &later)
}

fn invitation_single_use(scene: &mut Scene) -> Result<(), Stop> {
    let code = "invitation-used-twice";
    let token = scene.invitation()?;
    let first = register(scene, &token)?;
    scene.expect(Role::Control, "control-lost", &[&first], status(&[200]));
    let second = register(scene, &token)?;
    scene.expect(Role::Attack, code, &[&second], status(&KEPT_OUT));
    for _ in 0..RACES {
        let raced = race(scene)?;
        let one = Claim::Within {
            pointer: "/accounts".to_owned(),
            least: 1,
            most: 1,
        };
        scene.expect(Role::Attack, code, &[&raced], one);
    }
    let unused = scene.invitation()?;
    let admitted = register(scene, &unused)?;
    scene.expect(
        Role::State,
        "unused-invitation-refused",
        &[&admitted],
        status(&[200]),
    );
    Ok(())
}

/// Registers with a token through every stage that the relay asks for: `{"status": …, "errcode": …}`.
fn register(scene: &mut Scene, token: &Secret) -> Result<Seen, Stop> {
    let name = scene.fresh_name("invited");
    let first = scene.raw(
        None,
        "POST",
        &path(&["register"]),
        Payload::Json(registration(&name, Value::Null)),
    )?;
    let last = finish(scene, &name, token, first)?;
    let errcode = last
        .body
        .json()
        .and_then(|body| body.get("errcode"))
        .cloned()
        .unwrap_or_default();
    let value = json!({ "status": last.status, "errcode": errcode });
    Ok(scene.note_seen(
        "the end of a registration with an invitation",
        Witness::Wire,
        value,
    ))
}

/// Two registrations present one token in the same moment: `{"accounts": number}`.
fn race(scene: &mut Scene) -> Result<Seen, Stop> {
    let token = scene.invitation()?;
    let mut names = Vec::new();
    let mut requests: Vec<Request> = Vec::new();
    for _ in 0..2 {
        let name = scene.fresh_name("racer");
        let first = scene.raw(
            None,
            "POST",
            &path(&["register"]),
            Payload::Json(registration(&name, Value::Null)),
        )?;
        let auth = next_stage(&first, &token)
            .ok_or_else(|| Stop::target("registration offers no stage with a token"))?;
        requests.push(request(
            None,
            "POST",
            &path(&["register"]),
            Payload::Json(registration(&name, auth)),
        ));
        names.push(name);
    }
    let mut accounts = 0;
    for (name, seen) in names.iter().zip(scene.ask_all(&requests)?) {
        let number = |key: &str| {
            seen.value
                .get(key)
                .and_then(Value::as_u64)
                .and_then(|number| u16::try_from(number).ok())
        };
        let body = seen.value.get("body").cloned().unwrap_or_default();
        let answer = Response {
            id: String::new(),
            status: number("status").unwrap_or(0),
            body: Payload::Json(body),
        };
        accounts += u64::from(finish(scene, name, &token, answer)?.status == 200);
    }
    Ok(scene.note_seen(
        "two uses of one invitation at once",
        Witness::Wire,
        json!({ "accounts": accounts }),
    ))
}

/// Goes through the stages that are left after `answer`; returns the last answer.
fn finish(
    scene: &mut Scene,
    name: &str,
    token: &Secret,
    mut answer: Response,
) -> Result<Response, Stop> {
    // No flow that we can go has more than two stages.
    for _ in 0..2 {
        let Some(auth) = next_stage(&answer, token) else {
            break;
        };
        answer = scene.raw(
            None,
            "POST",
            &path(&["register"]),
            Payload::Json(registration(name, auth)),
        )?;
    }
    Ok(answer)
}

fn registration(name: &str, auth: Value) -> Value {
    let mut body = json!({ "username": name, "password": PASSWORD, "inhibit_login": true });
    if let (Some(fields), false) = (body.as_object_mut(), auth.is_null()) {
        fields.insert("auth".to_owned(), auth);
    }
    body
}

fn log_in(scene: &mut Scene, name: &str) -> Result<Seen, Stop> {
    let body = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": name },
        "password": PASSWORD,
    });
    scene.ask(None, "POST", &path(&["login"]), Payload::Json(body))
}
