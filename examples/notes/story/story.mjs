// The story of two people and their notes, in a real browser, against servers that run: `cargo xtask demo --check` starts them.
// By hand: STORY_WEB=http://localhost:3000 STORY_API=http://localhost:8000 npm start
import { after } from "node:test";
import { Person } from "./person.mjs";
import { end } from "./stage.mjs";
import * as account from "./steps/account.mjs";
import * as admin from "./steps/admin.mjs";
import * as conflict from "./steps/conflict.mjs";
import * as isolation from "./steps/isolation.mjs";
import * as notes from "./steps/notes.mjs";
import * as organization from "./steps/organization.mjs";
import * as outage from "./steps/outage.mjs";
import * as session from "./steps/session.mjs";
import * as token from "./steps/token.mjs";

const ada = await Person.arrives("Ada");
const grace = await Person.arrives("Grace");
after(end);

account.signingUp(ada);
notes.writing(ada);
account.signingIn(ada);
notes.rollingBack(ada);
conflict.betweenTabs(ada);
isolation.ofPeople(ada, grace);
admin.withoutTheRole(grace);
organization.sharing(ada, grace);
token.renewed(grace);
outage.ofTheApi(grace);
admin.withTheRole(grace);
session.endedElsewhere(ada);
account.signingOut(grace);
