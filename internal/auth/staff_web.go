package auth

import "clientportal/internal/web"

// StaffPages adds the staff's pages: sign-in and their own account. They are the
// clients' pages under another path, less registration: employees are added by an
// admin. Beside them are the people of the customers, and the way to see the portal as
// one of them.
func (s *Service) StaffPages(p *web.Pages) {
	c := screens{s, p, Staff}
	c.add()
	c.addEmployees()
	c.addTeam()
	c.addViews()
}
