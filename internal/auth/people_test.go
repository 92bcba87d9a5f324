package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/fault"
)

func TestAddedEmployeeChoosesAPassword(t *testing.T) {
	p := start(t)
	p.employee("admin@agency.example", "admin")
	p.employee("manager@agency.example", "manager")
	const path = "/api/staff/employees"
	admin := p.login(auth.Staff, "admin@agency.example", password)
	body := object{"email": "New@agency.example", "first_name": "Nia", "last_name": "Ray", "role": "agent"}
	p.login(auth.Staff, "manager@agency.example", password).want(403, "POST", path, body)
	a := admin.want(201, "POST", path, body)
	admin.want(409, "POST", path, body)
	admin.want(422, "POST", path, object{"email": "x@agency.example", "first_name": "X", "last_name": "Y", "role": "viewer"})
	admin.want(200, "GET", a.header.Get("Location"), nil)
	admin.want(404, "GET", path+"/"+uuid.NewString(), nil)

	token := p.token("new@agency.example", "token")
	p.nobody().want(422, "POST", resetPath, object{"token": token, "password": "seven green herons"}) // the clients' realm
	p.nobody().want(204, "POST", "/api/staff/auth/reset-password", object{"token": token, "password": "seven green herons"})
	p.login(auth.Staff, "new@agency.example", "seven green herons")
	if n := p.events("employee.create", audit.Success); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
	var page struct {
		Items []auth.Employee
		Next  string `json:"next_cursor"`
	}
	admin.want(200, "GET", path+"?limit=2", nil).read(t, &page)
	if len(page.Items) != 2 || page.Next == "" {
		t.Fatalf("%+v", page)
	}
	admin.want(200, "GET", path+"?limit=2&cursor="+page.Next, nil).read(t, &page)
	if len(page.Items) != 1 || page.Items[0].Email != "New@agency.example" {
		t.Errorf("%+v", page)
	}
}

func TestChangedEmployeeIsSignedOut(t *testing.T) {
	p := start(t)
	boss := p.employee("admin@agency.example", "admin")
	id := p.employee("agent@agency.example", "agent")
	admin, agent := p.login(auth.Staff, "admin@agency.example", password), p.login(auth.Staff, "agent@agency.example", password)
	path := "/api/staff/employees/" + id.String()
	_, secret := agent.newToken(auth.Staff, "account:read")
	program := caller{p: p, token: secret}

	agent.want(403, "PUT", path, object{"role": "admin"})
	tag := admin.want(200, "GET", path, nil).header.Get("ETag")
	admin.header = map[string][]string{"If-Match": {tag}}
	admin.want(200, "PUT", path, object{"title": "Support"})
	admin.want(412, "PUT", path, object{"title": "Sales"})
	admin.header = nil
	agent.want(200, "GET", "/api/staff/auth/me", nil)
	admin.want(200, "PUT", path, object{"role": "manager"})
	agent.want(401, "GET", "/api/staff/auth/me", nil)
	program.want(200, "GET", "/api/staff/auth/me", nil)
	admin.want(200, "PUT", path, object{"is_active": false})
	program.want(401, "GET", "/api/staff/auth/me", nil)
	p.nobody().want(401, "POST", "/api/staff/auth/login", object{"email": "agent@agency.example", "password": password})
	admin.want(409, "PUT", "/api/staff/employees/"+boss.String(), object{"role": "agent"}) // the last admin
	if n := p.events("employee.update", audit.Success); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

func TestTeam(t *testing.T) {
	p := start(t)
	acme, bolt := p.company("acme"), p.company("bolt")
	owner := p.user(acme, "owner@acme.example", "admin")
	member := p.user(acme, "member@acme.example", "member")
	foreign := p.user(bolt, "owner@bolt.example", "admin")
	admin, colleague := p.login(auth.Clients, "owner@acme.example", password), p.login(auth.Clients, "member@acme.example", password)
	const team = "/api/client-portal/team/"

	if a := colleague.want(200, "GET", "/api/client-portal/team", nil); strings.Contains(a.body, "bolt") || strings.Count(a.body, `"user_id"`) != 2 {
		t.Error(a.body)
	}
	colleague.want(403, "PUT", team+owner.String(), object{"role": "viewer"})
	admin.want(404, "PUT", team+foreign.String(), object{"role": "viewer"})
	admin.want(422, "PUT", team+member.String(), object{"role": "agent"})
	admin.want(409, "PUT", team+owner.String(), object{"is_active": false}) // the last admin
	var list struct{ Items []auth.Member }
	admin.want(200, "GET", "/api/client-portal/team", nil).read(t, &list)
	for _, m := range list.Items {
		if m.UserID == member {
			admin.header = map[string][]string{"If-Match": {m.ETag}}
		}
	}
	admin.want(200, "PUT", team+member.String(), object{"role": "approver"})
	admin.want(412, "PUT", team+member.String(), object{"role": "admin"}) // it is another since
	admin.header = nil
	admin.want(200, "PUT", team+member.String(), object{"role": "admin"})
	colleague.want(401, "GET", mePath, nil)
	for range 10 { // two admins demote one another
		p.exec(`update customer_members set role = 'admin' where customer_id = $1`, acme)
		role := actor.Viewer
		together(2, func(i int) int {
			_, err := p.ChangeMember(p.system(), acme, []uuid.UUID{owner, member}[i], &role, nil, "")
			return fault.Status(err)
		})
		if n := value[int](p, `select count(*) from customer_members where customer_id = $1 and role = 'admin'`, acme); n != 1 {
			t.Errorf("%d admins are left", n)
		}
	}

	p.employee("manager@agency.example", "manager", bolt)
	manager := p.login(auth.Staff, "manager@agency.example", password)
	manager.want(404, "GET", "/api/staff/customers/"+acme.String()+"/members", nil)
	manager.want(404, "PUT", "/api/staff/customers/"+acme.String()+"/members/"+member.String(), object{"is_active": false})
	manager.want(200, "GET", "/api/staff/customers/"+bolt.String()+"/members", nil)
}

func TestCreateStaff(t *testing.T) {
	p := start(t)
	link, err := p.CreateStaff(p.system(), "first@agency.example", "Ada de Wit", actor.Admin)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil || u.Path != "/staff/reset" || !strings.HasPrefix(link, p.url) {
		t.Fatalf("%s, %v", link, err)
	}
	p.nobody().want(204, "POST", "/api/staff/auth/reset-password", object{"token": u.Query().Get("token"), "password": "seven green herons"})
	var me auth.Me
	p.login(auth.Staff, "first@agency.example", "seven green herons").want(200, "GET", "/api/staff/auth/me", nil).read(t, &me)
	if me.User.Role != "admin" || me.User.LastName != "de Wit" || me.Customer != nil {
		t.Errorf("%+v", me)
	}
	for _, bad := range []struct{ email, name, role string }{{"first@agency.example", "Ada", "admin"}, {"x", "Ada", "admin"}, {"y@agency.example", "", "admin"}, {"y@agency.example", "Ada", "owner"}} {
		if _, err := p.CreateStaff(p.system(), bad.email, bad.name, actor.Role(bad.role)); fault.CodeOf(err) == "" {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestOnlyThePortalItselfMakesAccounts(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	id := p.user(acme, "mara@acme.example", "member")
	admin := actor.With(t.Context(), actor.Actor{Kind: actor.Staff, Role: actor.Admin, AllCustomers: true})
	refused := map[string]error{}
	_, refused["AddUser"] = p.AddUser(admin, auth.NewUser{CustomerID: acme, Email: "x@acme.example", FirstName: "X", LastName: "Y", Role: "admin", PasswordHash: "h"})
	_, refused["CreateStaff"] = p.CreateStaff(admin, "x@agency.example", "X Y", "admin")
	_, refused["AddEmployee"] = p.AddEmployee(admin, auth.NewEmployee{Email: "x@agency.example", FirstName: "X", Role: "admin", PasswordHash: "h"})
	refused["SetPassword"] = p.SetPassword(admin, auth.Clients, id, "h")
	for action, err := range refused {
		if fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", action, err)
		}
	}
	if _, err := p.AddUser(p.system(), auth.NewUser{CustomerID: acme, Email: "MARA@acme.example", FirstName: "X", LastName: "Y", Role: "admin", PasswordHash: "h"}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the same address again: %v", err)
	}
	browser := p.login(auth.Clients, "mara@acme.example", password)
	if err := p.SetPassword(p.system(), auth.Clients, id, p.hash()); err != nil {
		t.Fatal(err)
	}
	browser.want(401, "GET", mePath, nil)
}
