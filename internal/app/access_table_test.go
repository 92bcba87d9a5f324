package app_test

// row is one route of the portal, and how it answers whom.
type row struct {
	route   string // as it is registered
	scope   string // what a program's token must allow; "" is for browsers only
	answers string // the status for each caller of the table, or the one for all
	body    string // JSON, a form, a file, or a query; see scene.fill for what stands in <>
}

// The callers of a table, in the order of its columns. All ids in addresses and
// bodies are Acme's.
var (
	clientCallers = []string{"Bolt's admin", "viewer", "member", "approver", "admin"}
	staffCallers  = []string{"Bolt's agent", "agent", "Bolt's manager", "manager", "staff admin"}
	anyCallers    = []string{"nobody", "member", "staff admin"}
)

// publicTable: who calls makes no difference to the rights, and hardly to the answer.
var publicTable = []row{
	{"GET /healthz", "", "200", ""},
	{"GET /readyz", "", "200", ""},
	{"GET /robots.txt", "", "200", ""},
	{"GET /brand.css", "", "200", ""},
	{"GET /brand.svg", "", "200", ""},
	{"GET /static/{file}", "", "200", ""},
	{"GET /brand/{logo}", "", "404", ""},
	{"GET /api/docs", "", "200", ""},
	{"GET /api/openapi.json", "", "200", ""},
	{"GET /problems/{code}", "", "303", ""},
	{"/api/", "", "404", ""},
	{"/", "", "404", ""},

	{"POST /api/client-portal/auth/register", "", "202", `{"email":"<new>","password":"four quite random words","first_name":"N","last_name":"N"}`},
	{"POST /api/client-portal/auth/verify-email", "", "422", `{"token":"none of ours"}`},
	{"POST /api/client-portal/auth/forgot-password", "", "202", `{"email":"member@acme.example"}`},
	{"POST /api/client-portal/auth/reset-password", "", "422", `{"token":"none of ours","password":"four quite random words"}`},
	{"GET /register", "", "200", ""},
	{"POST /register", "", "303", "email=<new>&password=four+quite+random+words&first_name=N&last_name=N"},
	{"GET /register/sent", "", "200", ""},
	{"GET /verify", "", "200", ""},
	{"POST /verify", "", "422", "token=none+of+ours"},
	{"GET /login", "", "200 303 200", ""},
	{"GET /login/code", "", "303", ""},
	{"POST /login/code", "", "401", "code=123456"},
	{"GET /login/{provider}", "", "404", ""},
	{"GET /login/{provider}/callback", "", "404", ""},
	{"GET /forgot", "", "200", ""},
	{"POST /forgot", "", "303", "email=member@acme.example"},
	{"GET /forgot/sent", "", "200", ""},
	{"GET /reset", "", "422", ""},
	{"POST /reset", "", "422", "token=none+of+ours&password=four+quite+random+words"},
	{"GET /unsubscribe/{token}", "", "404", ""},
	{"POST /unsubscribe/{token}", "", "404", ""},

	{"POST /api/staff/auth/forgot-password", "", "202", `{"email":"chief@agency.example"}`},
	{"POST /api/staff/auth/reset-password", "", "422", `{"token":"none of ours","password":"four quite random words"}`},
	{"GET /staff/login", "", "200 200 303", ""},
	{"GET /staff/login/code", "", "303", ""},
	{"POST /staff/login/code", "", "401", "code=123456"},
	{"GET /staff/login/{provider}", "", "404", ""},
	{"GET /staff/login/{provider}/callback", "", "404", ""},
	{"GET /staff/forgot", "", "200", ""},
	{"POST /staff/forgot", "", "303", "email=chief@agency.example"},
	{"GET /staff/forgot/sent", "", "200", ""},
	{"GET /staff/reset", "", "422", ""},
	{"POST /staff/reset", "", "422", "token=none+of+ours&password=four+quite+random+words"},

	// Last, since they sign in whoever tries them.
	{"POST /api/client-portal/auth/login", "", "200", `{"email":"member@acme.example","password":"<password>"}`},
	{"POST /login", "", "303", "email=member@acme.example&password=<password>"},
	{"POST /api/staff/auth/login", "", "200", `{"email":"chief@agency.example","password":"<password>"}`},
	{"POST /staff/login", "", "303", "email=chief@agency.example&password=<password>"},
}

// clientTable is for people of a customer: Bolt's admin, then Acme's viewer,
// member, approver, admin.
var clientTable = []row{
	{"GET /{$}", "", "303", ""},
	{"GET /api/client-portal/events", "", "200", ""},

	{"GET /api/client-portal/tickets", "tickets:read", "200", ""},
	{"POST /api/client-portal/tickets", "tickets:write", "201 403 201 201 201", `{"title":"A title","description":"Some words"}`},
	{"GET /api/client-portal/tickets/{id}", "tickets:read", "404 200 200 200 200", ""},
	{"PUT /api/client-portal/tickets/{id}", "tickets:write", "404 403 200 200 200", `{"title":"Another title"}`},
	{"POST /api/client-portal/tickets/{id}/comments", "tickets:write", "404 403 201 201 201", `{"body":"Some words"}`},
	{"PUT /api/client-portal/tickets/{id}/following", "tickets:write", "404 403 204 204 204", ""},
	{"DELETE /api/client-portal/tickets/{id}/following", "tickets:write", "404 403 204 204 204", ""},
	{"POST /api/client-portal/tickets/{id}/attachments", "tickets:write", "404 403 201 201 201", "file"},
	{"GET /api/client-portal/attachments/{id}", "tickets:read", "404 200 200 200 200", ""},

	{"GET /api/client-portal/team", "account:read", "200", ""},
	{"PUT /api/client-portal/team/{id}", "", "404 403 403 403 200", `{"role":"member"}`},
	{"GET /api/client-portal/team/invitations", "", "200 403 403 403 200", ""},
	{"POST /api/client-portal/team/invitations", "", "201 403 403 403 201", `{"email":"<new>","role":"viewer"}`},
	{"DELETE /api/client-portal/team/invitations/{id}", "", "404 403 403 403 204", ""},

	{"POST /api/client-portal/auth/switch-company", "", "404 200 200 200 200", `{"customer_id":"<acme>"}`},
	{"POST /api/client-portal/auth/accept-invitation", "", "422", `{"token":"none of ours"}`},

	{"GET /api/client-portal/audit-events", "audit:read", "200 403 200 200 200", ""},
	{"GET /api/client-portal/audit-events/export", "audit:read", "200 403 200 200 200", ""},

	{"GET /tickets", "", "200", ""},
	{"GET /tickets/new", "", "200 403 200 200 200", ""},
	{"POST /tickets", "", "303 403 303 303 303", "title=A+title&description=Some+more+words+about+it&priority=high"},
	{"POST /tickets/preview", "", "200", "body=Some+words"},
	{"GET /tickets/{id}", "", "404 200 200 200 200", ""},
	{"GET /tickets/{id}/edit", "", "404 403 200 200 200", ""},
	{"POST /tickets/{id}/edit", "", "404 403 303 303 303", "title=Another+title&description=Some+more+words+about+it&priority=high"},
	{"POST /tickets/{id}/comments", "", "404 403 303 303 303", "body=Some+words"},
	{"POST /tickets/{id}/close", "", "404 403 303 303 303", ""},
	{"POST /tickets/{id}/reopen", "", "404 403 303 303 303", ""},
	{"POST /tickets/{id}/follow", "", "404 403 303 303 303", ""},
	{"POST /tickets/{id}/unfollow", "", "404 403 303 303 303", ""},
	{"GET /activity", "", "200 403 200 200 200", ""},
	{"GET /activity/export", "", "200 403 200 200 200", ""},
	{"POST /register/join", "", "422", "invite_token=none+of+ours"},
	{"POST /switch-company", "", "404 303 303 303 303", "company_id=<acme>"},
}

// staffTable is for the agency's people: Bolt's agent, Acme's, Bolt's manager,
// Acme's, and the staff admin.
var staffTable = []row{
	{"GET /staff", "", "303", ""},
	{"GET /staff/{$}", "", "303", ""},
	{"GET /api/staff/events", "", "200", ""},

	{"GET /api/staff/tickets", "tickets:read", "200", ""},
	{"GET /api/staff/tickets/counts", "tickets:read", "200", ""},
	{"GET /api/staff/tickets/{id}", "tickets:read", "404 200 404 200 200", ""},
	{"GET /api/staff/tickets/{id}/neighbours", "tickets:read", "404 200 404 200 200", ""},
	{"GET /api/staff/tickets/{id}/assignees", "tickets:read", "404 200 404 200 200", ""},
	{"PUT /api/staff/tickets/{id}", "tickets:write", "404 200 404 200 200", `{"priority":"high"}`},
	{"POST /api/staff/tickets/{id}/comments", "tickets:write", "404 201 404 201 201", `{"body":"Some words","internal":true}`},
	{"POST /api/staff/tickets/{id}/attachments", "tickets:write", "404 201 404 201 201", "file"},
	{"GET /api/staff/attachments/{id}", "tickets:read", "404 200 404 200 200", ""},

	{"GET /api/staff/customers", "customers:read", "200", ""},
	{"POST /api/staff/customers", "customers:write", "403 403 403 403 201", `{"name":"Cargo"}`},
	{"GET /api/staff/customers/{id}", "customers:read", "404 200 404 200 200", ""},
	{"PUT /api/staff/customers/{id}", "customers:write", "403 403 404 200 200", `{"website":"https://acme.example"}`},
	{"GET /api/staff/customers/{id}/stakeholders", "customers:read", "404 200 404 200 200", ""},
	{"POST /api/staff/customers/{id}/stakeholders", "customers:write", "403 403 404 201 201", `{"email":"<new>","first_name":"N","last_name":"N"}`},
	{"GET /api/staff/customers/{id}/stakeholders/{stakeholderId}", "customers:read", "404 200 404 200 200", ""},
	{"PUT /api/staff/customers/{id}/stakeholders/{stakeholderId}", "customers:write", "403 403 404 200 200", `{"email":"<new>","first_name":"N","last_name":"N"}`},
	{"DELETE /api/staff/customers/{id}/stakeholders/{stakeholderId}", "customers:write", "403 403 404 204 204", ""},
	{"POST /api/staff/customers/import", "customers:write", "403 403 403 403 422", "no table"},
	{"GET /api/staff/customers/{id}/employees", "customers:read", "404 200 404 200 200", ""},
	{"PUT /api/staff/customers/{id}/employees/{employeeId}", "customers:write", "403 403 403 403 204", ""},
	{"DELETE /api/staff/customers/{id}/employees/{employeeId}", "customers:write", "403 403 403 403 204", ""},
	{"GET /api/staff/customers/{id}/members", "customers:read", "404 200 404 200 200", ""},
	{"PUT /api/staff/customers/{id}/members/{userId}", "customers:write", "403 403 404 200 200", `{"role":"member"}`},
	{"GET /api/staff/customers/{id}/invitations", "customers:write", "403 403 404 200 200", ""},
	{"POST /api/staff/customers/{id}/invitations", "customers:write", "403 403 404 201 201", `{"email":"<new>","role":"viewer"}`},
	{"DELETE /api/staff/customers/{id}/invitations/{invitationId}", "customers:write", "403 403 404 204 204", ""},

	{"GET /api/staff/employees", "employees:read", "200", ""},
	{"POST /api/staff/employees", "employees:write", "403 403 403 403 201", `{"email":"<new>","first_name":"N","last_name":"N","role":"agent"}`},
	{"GET /api/staff/employees/{id}", "employees:read", "200", ""},
	{"PUT /api/staff/employees/{id}", "employees:write", "403 403 403 403 200", `{"title":"Engineer"}`},

	{"GET /staff/customers", "", "200", ""},
	{"POST /staff/customers", "", "403 403 403 403 303", "name=Cargo&timezone=Europe/London&currency=GBP"},
	{"GET /staff/customers/new", "", "403 403 403 403 200", ""},
	{"GET /staff/customers/{id}", "", "404 200 404 200 200", ""},
	{"GET /staff/customers/{id}/edit", "", "403 403 404 200 200", ""},
	{"POST /staff/customers/{id}/edit", "", "403 403 404 303 303", "name=Acme&timezone=Europe/London&currency=GBP"},
	{"GET /staff/customers/{id}/close", "", "403 403 403 403 200", ""},
	{"POST /staff/customers/{id}/close", "", "403 403 403 403 303", ""},
	{"POST /staff/customers/{id}/open", "", "403 403 403 403 303", ""},
	{"POST /staff/customers/{id}/employees", "", "403 403 403 403 422", "employee_id=nobody"},
	{"POST /staff/customers/{id}/employees/{employeeId}/unassign", "", "403 403 403 403 303", ""},
	{"GET /staff/customers/{id}/stakeholders", "", "404 200 404 200 200", ""},
	{"POST /staff/customers/{id}/stakeholders", "", "403 403 404 303 303", "email=<new>&first_name=N&last_name=N"},
	{"GET /staff/customers/{id}/stakeholders/new", "", "403 403 404 200 200", ""},
	{"GET /staff/customers/{id}/stakeholders/{stakeholderId}/edit", "", "403 403 404 200 200", ""},
	{"POST /staff/customers/{id}/stakeholders/{stakeholderId}/edit", "", "403 403 404 303 303", "email=<new>&first_name=N&last_name=N"},
	{"GET /staff/customers/{id}/stakeholders/{stakeholderId}/remove", "", "403 403 404 200 200", ""},
	{"POST /staff/customers/{id}/stakeholders/{stakeholderId}/remove", "", "403 403 404 303 303", ""},
	{"GET /staff/customers/{id}/stakeholders/{stakeholderId}/invite", "", "403 403 404 200 200", ""},
	{"POST /staff/customers/{id}/stakeholders/{stakeholderId}/invite", "", "403 403 404 303 303", "role=viewer"},
	{"GET /staff/customers/import", "", "403 403 403 403 200", ""},
	{"POST /staff/customers/import", "", "403 403 403 403 422", "file"},
	{"GET /staff/customer-imports/{id}", "", "403 403 403 403 200", ""},
	{"POST /staff/customer-imports/{id}/columns", "", "403 403 403 403 303", "columns=customer"},
	{"POST /staff/customer-imports/{id}/run", "", "403 403 403 403 303", ""},
	{"GET /staff/customer-imports/{id}/refused", "", "403 403 403 403 200", ""},
	{"GET /staff/employees", "", "403 403 403 403 200", ""},
	{"POST /staff/employees", "", "403 403 403 403 303", "email=<new>&first_name=N&last_name=N&role=agent"},
	{"GET /staff/employees/new", "", "403 403 403 403 200", ""},
	{"GET /staff/employees/{id}", "", "403 403 403 403 200", ""},
	{"POST /staff/employees/{id}", "", "403 403 403 403 303", "first_name=N&last_name=N&role=agent"},
	{"GET /staff/employees/{id}/deactivate", "", "403 403 403 403 200", ""},
	{"POST /staff/employees/{id}/deactivate", "", "403 403 403 403 303", ""},
	{"POST /staff/employees/{id}/reactivate", "", "403 403 403 403 303", ""},

	{"GET /api/staff/audit-events", "audit:read", "403 403 404 200 200", "?customer_id=<acme>"},
	{"GET /api/staff/audit-events/export", "audit:read", "403 403 404 200 200", "?customer_id=<acme>"},
	{"GET /api/staff/settings", "settings:write", "403 403 403 403 200", ""},
	{"PUT /api/staff/settings", "settings:write", "403 403 403 403 200", `{"legal_line":"Acme's agency"}`},
	{"GET /staff/settings", "", "403 403 403 403 200", ""},
	{"POST /staff/settings", "", "403 403 403 403 303", "name=N&accent=%23aa3300&timezone=Europe/London"},
	{"POST /staff/settings/logo", "", "403 403 403 403 422", ""},
	{"GET /staff/audit", "", "403 403 404 200 200", "?customer_id=<acme>"},
	{"GET /staff/audit/export", "", "403 403 404 200 200", "?customer_id=<acme>"},

	{"GET /staff/tickets", "", "200", ""},
	{"POST /staff/tickets/preview", "", "200", "body=Some+words"},
	{"GET /staff/tickets/{id}", "", "404 200 404 200 200", ""},
	{"POST /staff/tickets/{id}", "", "404 303 404 303 303", "priority=high"},
	{"POST /staff/tickets/{id}/take", "", "404 303 404 303 303", ""},
	{"POST /staff/tickets/{id}/notes", "", "404 303 404 303 303", "internal_notes=Some+words"},
	{"POST /staff/tickets/{id}/comments", "", "404 303 404 303 303", "body=Some+words&kind=note"},
	{"GET /staff/tickets/{id}/resolve", "", "404 200 404 200 200", ""},
	{"POST /staff/tickets/{id}/resolve", "", "404 303 404 303 303", "resolution=Some+words"},
}

// accountTable is what both sides have for one's own account, at the addresses of
// the clients. A stranger is of the other company, or serves it.
var accountTable = []row{
	{"POST /api/client-portal/auth/logout", "", "204", ""},
	{"GET /api/client-portal/auth/me", "account:read", "200", ""},
	{"PUT /api/client-portal/auth/me", "", "200", `{"first_name":"N","last_name":"N"}`},
	{"POST /api/client-portal/auth/change-password", "", "204", `{"current_password":"<password>","password":"<password>"}`},
	{"GET /api/client-portal/auth/sessions", "", "200", ""},
	{"DELETE /api/client-portal/auth/sessions/{id}", "", "404 204 204 204 204", ""},
	{"DELETE /api/client-portal/auth/sessions", "", "204", ""},
	{"GET /api/client-portal/auth/tokens", "", "200", ""},
	{"POST /api/client-portal/auth/tokens", "", "201", `{"name":"A token","scopes":["account:read"]}`},
	{"DELETE /api/client-portal/auth/tokens/{id}", "", "404 204 204 204 204", ""},
	{"POST /api/client-portal/auth/two-factor", "", "200", ""},
	{"POST /api/client-portal/auth/two-factor/confirm", "", "422", `{"code":"no code"}`},
	{"POST /api/client-portal/auth/two-factor/recovery-codes", "", "409", `{"password":"<password>","code":"no code"}`}, // it is off
	{"POST /api/client-portal/auth/two-factor/disable", "", "409", `{"password":"<password>","code":"no code"}`},

	{"GET /api/client-portal/notifications", "account:read", "200", ""},
	{"POST /api/client-portal/notifications/read", "", "204", `{}`},
	{"GET /api/client-portal/notification-settings", "account:read", "200", ""},
	{"PUT /api/client-portal/notification-settings", "", "200", `{"mail":{"ticket_comment":"daily"},"digest_hour":9}`},
	{"GET /notifications", "", "200", ""},
	{"GET /notifications/bell", "", "200", ""},
	{"POST /notifications/read", "", "303", ""},
	{"GET /account/notifications", "", "200", ""},
	{"POST /account/notifications", "", "422", "digest_hour=25"},

	{"POST /logout", "", "303", ""},
	{"GET /account", "", "200", ""},
	{"POST /account", "", "303", "first_name=N&last_name=N"},
	{"GET /account/password", "", "200", ""},
	{"POST /account/password", "", "303", "current_password=<password>&password=<password>"},
	{"GET /account/security", "", "200", ""},
	{"POST /account/security/app", "", "303", ""},
	{"GET /account/security/app", "", "200", ""},
	{"POST /account/security/confirm", "", "422", "code=no+code"},
	{"GET /account/security/codes", "", "303", ""}, // the second factor is off
	{"POST /account/security/codes", "", "303", "password=<password>&code=no+code"},
	{"GET /account/security/off", "", "303", ""},
	{"POST /account/security/off", "", "303", "password=<password>&code=no+code"},
	{"GET /account/sessions", "", "200", ""},
	{"POST /account/sessions/{id}/revoke", "", "404 303 303 303 303", ""},
	{"POST /account/sessions/revoke-others", "", "303", ""},
	{"GET /account/tokens", "", "200", ""},
	{"GET /account/tokens/new", "", "200", ""},
	{"POST /account/tokens", "", "200", "name=A+token&scopes=account:read&expires_in_days=90"},
	{"GET /account/tokens/{id}/revoke", "", "404 200 200 200 200", ""},
	{"POST /account/tokens/{id}/revoke", "", "404 303 303 303 303", ""},
}
