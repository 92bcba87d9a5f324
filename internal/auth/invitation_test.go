package auth_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/fault"
)

func invitations(customer uuid.UUID) string {
	return "/api/staff/customers/" + customer.String() + "/invitations"
}

func TestWhoMayInvite(t *testing.T) {
	p := start(t)
	acme, bolt := p.company("acme"), p.company("bolt")
	p.employee("admin@agency.example", "admin")
	p.employee("manager@agency.example", "manager", acme)
	p.employee("agent@agency.example", "agent", acme)
	p.user(acme, "owner@acme.example", "admin")
	p.user(acme, "member@acme.example", "approver")
	body := object{"email": "new@acme.example", "role": "approver"}
	for _, c := range []struct {
		who      string
		customer uuid.UUID
		status   int
	}{
		{"admin", acme, 201}, {"admin", bolt, 201}, {"manager", acme, 201}, {"manager", bolt, 404}, {"agent", acme, 403},
		{"admin", uuid.New(), 404},
	} {
		p.login(auth.Staff, c.who+"@agency.example", password).want(c.status, "POST", invitations(c.customer), body)
	}
	const team = "/api/client-portal/team/invitations"
	owner := p.login(auth.Clients, "owner@acme.example", password)
	owner.want(201, "POST", team, body)
	p.login(auth.Clients, "member@acme.example", password).want(403, "POST", team, body)
	owner.want(409, "POST", team, object{"email": "MEMBER@acme.example", "role": "viewer"})
	owner.want(422, "POST", team, object{"email": "new@acme.example", "role": "agent"})
	owner.want(422, "POST", team, object{"email": "new", "role": "viewer"})
	if n := p.events("invitation.create", audit.Success); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
	if n := value[int](p, `select count(*) from invitations where revoked_at is null and customer_id = $1`, acme); n != 1 {
		t.Errorf("%d open invitations of one address", n)
	}
	a := owner.want(200, "GET", team+"?limit=2", nil)
	if strings.Contains(a.body, "token") || !strings.Contains(a.body, `"next_cursor":"`) {
		t.Error(a.body)
	}
}

func TestInvitedPersonRegisters(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	if _, err := p.Invite(p.system(), acme, "new@acme.example", actor.Approver); err != nil {
		t.Fatal(err)
	}
	token := p.token("new@acme.example", "invite")
	invited, err := p.InvitationOf(t.Context(), token)
	if err != nil || invited.Email != "new@acme.example" || invited.Company != "acme" {
		t.Fatalf("%+v, %v", invited, err)
	}
	with := func(email string) object {
		in := registration(email, password)
		in["invite_token"] = token
		return in
	}
	p.nobody().want(202, "POST", registerPath, with("thief@acme.example"))                 // the link is for one address
	p.nobody().want(202, "POST", registerPath, registration("new@acme.example", password)) // without the link
	if n := len(p.mailsTo("thief@acme.example")) + len(p.mailsTo("new@acme.example")); n != 1 {
		t.Fatalf("%d mails, want the invitation only", n)
	}
	p.nobody().want(202, "POST", registerPath, with("New@acme.example"))
	p.nobody().want(204, "POST", verifyPath, object{"token": p.token("new@acme.example", "token")})
	var me auth.Me
	p.login(auth.Clients, "new@acme.example", password).want(200, "GET", mePath, nil).read(t, &me)
	if me.User.Role != "approver" || me.Customer.ID != acme {
		t.Errorf("%+v", me)
	}
	if _, err := p.InvitationOf(t.Context(), token); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an accepted invitation: %v", err)
	}
}

func TestAcceptingAnInvitation(t *testing.T) {
	p := start(t)
	acme, bolt := p.company("acme"), p.company("bolt")
	p.user(acme, "mara@acme.example", "member")
	p.user(acme, "otto@acme.example", "member")
	invite := func() (string, uuid.UUID) {
		i, err := p.Invite(p.system(), bolt, "mara@acme.example", actor.Viewer)
		if err != nil {
			t.Fatal(err)
		}
		return p.token("mara@acme.example", "invite"), i.ID
	}
	const path = "/api/client-portal/auth/accept-invitation"
	mara, otto := p.login(auth.Clients, "mara@acme.example", password), p.login(auth.Clients, "otto@acme.example", password)

	revoked, id := invite()
	p.employee("manager@agency.example", "manager", acme)
	p.employee("admin@agency.example", "admin")
	p.login(auth.Staff, "manager@agency.example", password).want(404, "DELETE", invitations(bolt)+"/"+id.String(), nil)
	p.login(auth.Staff, "admin@agency.example", password).want(204, "DELETE", invitations(bolt)+"/"+id.String(), nil)
	expired, id := invite()
	p.exec(`update invitations set expires_at = now() where id = $1`, id)
	token, _ := invite()
	for _, dead := range []string{revoked, expired, "x"} {
		mara.want(422, "POST", path, object{"token": dead})
	}
	otto.want(422, "POST", path, object{"token": token})
	p.nobody().want(401, "POST", path, object{"token": token})
	counts := together(10, func(int) int { return mara.call("POST", path, object{"token": token}).status })
	if counts[200] != 1 || counts[422] != 9 {
		t.Errorf("10 parallel uses: %v", counts)
	}
	if role := value[string](p, `select role from customer_members m join client_portal_users u on u.id = m.user_id
		where u.email = 'mara@acme.example' and m.customer_id = $1`, bolt); role != "viewer" {
		t.Errorf("joined as %s", role)
	}
}
