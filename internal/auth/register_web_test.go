package auth_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
)

func TestFromRegistrationToSecondFactor(t *testing.T) {
	s := startSite(t)
	s.stakeholder(s.company("dapper-goods"), "mara@dapper.example", false)
	b := s.browser()
	b.get("/register").expect(200, "With the address that Northlight knows")
	short := b.post("/register", "email", "mara@dapper.example", "first_name", "Mara", "last_name", "Lindqvist", "password", "short-one").
		expect(422, "You are not registered yet: 1 thing to fix", "Choose a longer password")
	if short.field(`name="last_name"`) != "Lindqvist" || strings.Contains(short.body, "short-one") {
		t.Errorf("names are kept and passwords are not: %s", short.words())
	}
	b.post("/register", "email", "mara@dapper.example", "first_name", "Mara", "last_name", "Lindqvist", "password", password).leads("/register/sent")
	b.get("/register/sent").expect(200, "Look into your mail")
	link := "/verify?token=" + s.token("mara@dapper.example", "token")
	b.post("/login", "email", "mara@dapper.example", "password", password).expect(401)

	before := s.count()
	var asked page
	for range 3 { // as programs do that look through mails
		asked = s.browser().get(link).expect(200, "Confirm my address")
	}
	if after := s.count(); after != before {
		t.Errorf("opening the link made events: %d before, %d after", before, after)
	}
	token := asked.field(`name="token"`)
	b.post("/verify", "token", token).leads("/login")
	b.get("/login").expect(200, "Your address is confirmed.")
	s.browser().post("/verify", "token", token).expect(422, "This link does not work any more", "Register again")

	b.signIn("", "mara@dapper.example")
	secret, _ := b.setUpApp("")
	b.post("/logout").leads("/login")
	b.post("/login", "email", "mara@dapper.example", "password", password).leads("/login/code")
	b.post("/login/code", "code", s.code(secret)).leads("/")
	b.get("/account").expect(200, "mara@dapper.example")
	b.post("/logout").leads("/login")
}

func TestRegistrationOfStrangersLooksTheSame(t *testing.T) {
	s := startSite(t)
	company := s.company("dapper-goods")
	s.stakeholder(company, "known@dapper.example", false)
	s.user(company, "member@dapper.example", actor.Member)
	for _, email := range []string{"known@dapper.example", "member@dapper.example", "stranger@else.example"} {
		b := s.browser()
		b.post("/register", "email", email, "first_name", "A", "last_name", "B", "password", password).leads("/register/sent")
		b.post("/forgot", "email", email).leads("/forgot/sent")
	}
	b := s.browser()
	b.post("/forgot", "email", "nothing").expect(422, "This is not an e-mail address.")
	b.get("/verify").expect(200)
	b.post("/verify", "token", "\x00").expect(422, "This link does not work any more")
}

func TestResetOfAPassword(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		open := s.browser()
		open.signIn(side.realm, side.email)
		b := s.browser()
		b.get(side.realm+"/forgot").expect(200, "Send me a link")
		b.post(side.realm+"/forgot", "email", side.email).leads(side.realm + "/forgot/sent")
		b.get(side.realm+"/forgot/sent").expect(200, "Look into your mail")
		link := side.realm + "/reset?token=" + s.token(side.email, "token")

		before := s.count()
		var asked page
		for range 3 {
			asked = b.get(link).expect(200, "Choose a new password", side.email)
		}
		if after := s.count(); after != before {
			t.Errorf("opening the link made events: %d before, %d after", before, after)
		}
		open.get(side.realm + "/account").expect(200)
		token := asked.field(`name="token"`)
		weak := b.post(side.realm+"/reset", "token", token, "password", "password12").expect(422, "Your password is not changed yet")
		if weak.field(`name="token"`) != token {
			t.Error("a weak password costs the link")
		}
		b.post(side.realm+"/reset", "token", token, "password", "another lantern in the fog").leads(side.realm + "/login")
		b.get(side.realm+"/login").expect(200, "Your new password is set")
		open.get(side.realm + "/account").leads(side.realm + "/login?next=" + url.QueryEscape(side.realm+"/account"))
		b.post(side.realm+"/login", "email", side.email, "password", "another lantern in the fog").expect(303)
		b.post(side.realm+"/reset", "token", token, "password", "a third one in the fog").expect(422, "This link does not work any more", "Ask for a new link")
		b.get(link).expect(422, "This link does not work any more")

		b.post(side.realm+"/forgot", "email", side.email).leads(side.realm + "/forgot/sent")
		late := side.realm + "/reset?token=" + s.token(side.email, "token")
		s.advance(61 * time.Minute)
		b.get(late).expect(422, "Ask for a new link")
		s.advance(-61 * time.Minute)
	}
}

func TestInvitations(t *testing.T) {
	s := startSite(t)
	dapper, acme := s.company("dapper-goods"), s.company("acme-works")
	s.user(dapper, "mara@dapper.example", actor.Member)
	s.user(dapper, "tom@dapper.example", actor.Member)
	invite := func(email string) string {
		t.Helper()
		ctx := actor.With(t.Context(), actor.Actor{Kind: actor.Staff, ID: uuid.New(), Name: "Sam Okafor", Role: actor.Admin, AllCustomers: true})
		if _, err := s.Invite(ctx, acme, email, actor.Approver); err != nil {
			t.Fatal(err)
		}
		return "/register?invite=" + s.token(email, "invite")
	}

	link := invite("new@acme.example")
	b := s.browser()
	form := b.get(link).expect(200, "Sam Okafor invites you to the portal of acme-works")
	if form.field(`name="email"`) != "new@acme.example" {
		t.Error("the invited address is not filled in")
	}
	b.post("/register", "email", "new@acme.example", "first_name", "New", "last_name", "One", "password", "x", "invite_token", form.field(`name="invite_token"`)).
		expect(422, "Sam Okafor invites you")
	b.post("/register", "email", "new@acme.example", "first_name", "New", "last_name", "One", "password", password,
		"invite_token", form.field(`name="invite_token"`)).leads("/register/sent")
	b.post("/verify", "token", b.get("/verify?token="+s.token("new@acme.example", "token")).field(`name="token"`)).leads("/login")
	b.signIn("", "new@acme.example")
	s.browser().get(link).expect(422, "This link does not work any more", "Ask the person who invited you")

	link = invite("mara@dapper.example")
	other := s.browser()
	other.signIn("", "tom@dapper.example")
	other.get(link).expect(200, "You are signed in as tom@dapper.example", "Sign out")
	mara := s.browser()
	mara.signIn("", "mara@dapper.example")
	offer := mara.get(link).expect(200, "Join acme-works")
	token := offer.field(`name="invite_token"`)
	other.post("/register/join", "invite_token", token).expect(422)
	mara.get("/account") // nothing has happened so far
	mara.post("/register/join", "invite_token", token).leads("/")
	mara.post("/register/join", "invite_token", token).expect(422)
	if at := value[string](s.portal, `select s.customer_id::text from sessions s join client_portal_users u on u.id = s.user_id where u.email = 'mara@dapper.example'`); at != acme.String() {
		t.Errorf("the session is in %s instead of the company that was joined", at)
	}

	before := mara.cookie("portal_session")
	mara.post("/switch-company", "company_id", dapper.String()).leads("/")
	if mara.cookie("portal_session") == before {
		t.Error("the session kept its token")
	}
	mara.get("/account").expect(200)
	other.post("/switch-company", "company_id", acme.String()).expect(404)
	other.post("/switch-company", "company_id", "acme").expect(404)
	s.browser().post("/switch-company", "company_id", dapper.String()).leads("/login")
}

func (b *browser) cookie(name string) string {
	b.site.t.Helper()
	home, err := url.Parse(b.site.url)
	if err != nil {
		b.site.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(home) {
		if c.Name == name {
			return c.Value
		}
	}
	b.site.t.Fatalf("no cookie %s", name)
	return ""
}
