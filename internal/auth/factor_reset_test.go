package auth_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/auth"
)

func TestResetOfSomebodysSecondFactor(t *testing.T) {
	p := start(t)
	acme, bolt := p.company("acme"), p.company("bolt")
	p.user(acme, "owner@acme.example", "admin")
	lost := p.user(acme, "lost@acme.example", "member")
	off := p.user(acme, "off@acme.example", "member")
	foreign := p.user(bolt, "owner@bolt.example", "admin")
	p.employee("admin@agency.example", "admin")
	p.employee("manager@agency.example", "manager", acme)
	agent := p.employee("agent@agency.example", "agent", acme)
	owner, chief := p.login(auth.Clients, "owner@acme.example", password), p.login(auth.Staff, "admin@agency.example", password)
	browser := p.login(auth.Clients, "lost@acme.example", password)
	p.withSecondFactor(browser, auth.Clients)

	const team, members, employees = "/api/client-portal/team/", "/api/staff/customers/", "/api/staff/employees/"
	reset := func(id uuid.UUID) string { return id.String() + "/reset-second-factor" }
	p.login(auth.Clients, "off@acme.example", password).want(403, "POST", team+reset(lost), nil)
	owner.want(404, "POST", team+reset(foreign), nil)
	owner.want(404, "POST", team+reset(uuid.New()), nil)
	owner.want(409, "POST", team+reset(off), nil)
	p.login(auth.Staff, "manager@agency.example", password).want(403, "POST", members+acme.String()+"/members/"+reset(lost), nil)
	chief.want(404, "POST", members+bolt.String()+"/members/"+reset(lost), nil)

	p.exec(`insert into customer_members (customer_id, user_id, role) values ($1, $2, 'viewer')`, bolt, lost)
	if a := owner.want(409, "POST", team+reset(lost), nil); !strings.Contains(a.body, "only the agency") {
		t.Error(a.body)
	}
	browser.want(200, "GET", mePath, nil)
	chief.want(204, "POST", members+acme.String()+"/members/"+reset(lost), nil)
	browser.want(401, "GET", mePath, nil)
	browser = p.login(auth.Clients, "lost@acme.example", password)
	if mails := p.mailsTo("lost@acme.example"); len(mails) != 1 || !strings.Contains(mails[0].Text, "has reset the second factor") {
		t.Errorf("mails: %+v", mails)
	}
	if n := value[int](p, `select count(*) from recovery_codes where owner_id = $1`, lost); n != 0 {
		t.Errorf("%d recovery codes are left", n)
	}

	p.exec(`delete from customer_members where customer_id = $1 and user_id = $2`, bolt, lost)
	p.exec(`update client_portal_users set two_factor_last_step = 0`) // as if half a minute had passed
	p.withSecondFactor(browser, auth.Clients)
	owner.want(204, "POST", team+reset(lost), nil)

	phone := p.login(auth.Staff, "agent@agency.example", password)
	p.withSecondFactor(phone, auth.Staff)
	p.login(auth.Staff, "manager@agency.example", password).want(403, "POST", employees+reset(agent), nil)
	chief.want(404, "POST", employees+reset(uuid.New()), nil)
	chief.want(204, "POST", employees+reset(agent), nil)
	phone.want(401, "GET", "/api/staff/auth/me", nil)
	if n := p.events("second_factor.reset", audit.Success); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

func TestNobodyResetsTheirOwnSecondFactor(t *testing.T) {
	p := start(t)
	id := p.employee("admin@agency.example", "admin")
	chief := p.login(auth.Staff, "admin@agency.example", password)
	p.withSecondFactor(chief, auth.Staff)
	chief.want(409, "POST", "/api/staff/employees/"+id.String()+"/reset-second-factor", nil)
}
