//! Organisations: support here, rules and flaws in files of their own.

pub(crate) mod flaws;
mod rules;

use reference_organisation::{
    Act, ActStatement, Authorised, Chain, Charter, Digest, Directory, DirectoryKey, Entry, Grant,
    Head, Invitation, InvitationCode, Listed, OrganisationName, Page, Policy, Role, Serial,
    ServerName, Signed, Signer, SigningKey, Statement, Suite, Tenant, Time, UserName,
    policy::Rules, value_of,
};
use reference_relay::Flaw;
use serde_json::{Value, json};

use crate::support::{Bench, User};

const NOW: Time = Time(1_800_000_000_000);
const DAY: u64 = 24 * 60 * 60 * 1000;
const OWN: &str = "/_matrix/client/unstable/dev.pruefstand";

/// A root, an owner, and an admin of the tenant `sales`.
pub(crate) struct Organisation {
    root: SigningKey,
    owner: (SigningKey, Chain),
    admin: (SigningKey, Chain),
}

impl Organisation {
    pub(crate) fn new() -> Self {
        let [root, owner, admin] = [1, 2, 3].map(|seed| SigningKey::from_seed(&[seed; 32]));
        let of_owner = grant(&root, &root, &owner, (Role::Owner, None));
        let owners = Chain::root().with(of_owner).unwrap();
        let of_admin = grant(&root, &owner, &admin, (Role::Admin, Some("sales")));
        let admins = owners.with(of_admin).unwrap();
        Self {
            root,
            owner: (owner, owners),
            admin: (admin, admins),
        }
    }

    pub(crate) fn bench(&self, flaws: &[Flaw]) -> Bench {
        let charter = Charter {
            organisation: self.root.public(),
            name: OrganisationName::new("Example AG").unwrap(),
            tenants: ["sales", "board"].map(tenant).into(),
            suite_floor: Suite(1),
            issued: NOW,
        };
        Bench::of(charter.sign(&self.root).unwrap(), flaws)
    }

    pub(super) fn code(&self, of: &str, number: u8) -> InvitationCode {
        self.code_by(&self.owner, of, number)
    }

    pub(super) fn code_by(&self, by: &(SigningKey, Chain), of: &str, number: u8) -> InvitationCode {
        let key = SigningKey::from_seed(&[number; 32]);
        let invitation = Invitation {
            organisation: self.root.public(),
            tenant: tenant(of),
            role: Role::Member,
            serial: Serial::from_bytes([number; 16]),
            invite_key: key.public(),
            issued: NOW,
            expires: NOW.plus(DAY),
        };
        let charter = Charter {
            organisation: self.root.public(),
            name: OrganisationName::new("Example AG").unwrap(),
            tenants: [tenant(of)].into(),
            suite_floor: Suite(1),
            issued: NOW,
        };
        let server = ServerName::new("relay.test").unwrap();
        let charter = charter.sign(&self.root).unwrap();
        InvitationCode::new(charter, authorised(invitation, by), server, key).unwrap()
    }

    pub(super) async fn member(&self, bench: &Bench, name: &str, of: &str, number: u8) -> User {
        let token = token(&self.code(of, number), name);
        User::of(&bench.register_with(name, &token).await.ok())
    }

    pub(super) fn act(&self, head: Head, act: Act, by: &[&(SigningKey, Chain)]) -> Value {
        let statement = ActStatement {
            organisation: self.root.public(),
            number: head.length,
            previous: head.digest,
            by: Vec::new(),
            tenant: Some(tenant("sales")),
            act,
            issued: NOW,
        };
        let signers: Vec<_> = by
            .iter()
            .map(|(key, chain)| Signer { key, chain })
            .collect();
        value_of(&Entry::new(statement, &signers).unwrap()).unwrap()
    }

    pub(super) fn beginning(&self) -> Head {
        Head {
            length: 0,
            digest: Digest::beginning(&self.root.public()),
        }
    }

    pub(super) fn policy(&self, version: u64, by: &(SigningKey, Chain)) -> Value {
        let policy = Policy {
            organisation: self.root.public(),
            tenant: tenant("sales"),
            version,
            issued: NOW,
            rules: Rules::default(),
            log: None,
        };
        value_of(&authorised(policy, by)).unwrap()
    }

    /// A directory of `sales` with one page as an administrator brings it.
    pub(super) fn directory(&self, version: u64, by: &(SigningKey, Chain)) -> Value {
        let (organisation, tenant) = (self.root.public(), tenant("sales"));
        let listed = Listed {
            user: user("anna"),
            name: "Anna Beispiel".to_owned(),
            unit: "Sales".to_owned(),
        };
        let key = DirectoryKey::from_bytes([5; 32]);
        let page = Page::new(vec![listed]).unwrap();
        let nonce = [u8::try_from(version).unwrap(); 12];
        let page = page.seal(&key, (&organisation, &tenant), nonce).unwrap();
        let directory = Directory {
            organisation,
            tenant,
            version,
            issued: NOW,
            pages: vec![Directory::digest_of(&page).unwrap()],
        };
        json!({ "directory": value_of(&authorised(directory, by)).unwrap(), "pages": [page] })
    }
}

fn tenant(name: &str) -> Tenant {
    Tenant::new(name).unwrap()
}

fn user(name: &str) -> UserName {
    UserName::new(format!("@{name}:relay.test")).unwrap()
}

fn token(code: &InvitationCode, name: &str) -> String {
    code.token(&user(name), NOW).unwrap().to_text().unwrap()
}

fn authorised<T: Statement>(statement: T, (key, chain): &(SigningKey, Chain)) -> Authorised<T> {
    Authorised {
        statement: Signed::new(statement, key).unwrap(),
        chain: chain.clone(),
    }
}

fn grant(
    root: &SigningKey,
    by: &SigningKey,
    to: &SigningKey,
    (role, of): (Role, Option<&str>),
) -> Signed<Grant> {
    let grant = Grant {
        organisation: root.public(),
        serial: Serial::from_bytes([role as u8; 16]),
        key: to.public(),
        role,
        tenant: of.map(tenant),
        issued: NOW,
        expires: NOW.plus(365 * DAY),
    };
    Signed::new(grant, by).unwrap()
}

fn remove(name: &str) -> Act {
    Act::RemoveUser { user: user(name) }
}
