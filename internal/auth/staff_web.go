package auth

import "clientportal/internal/web"

// StaffPages adds the staff's pages: sign-in and their own account. They are the
// clients' pages under another path, less registration: employees are added by an
// admin.
func (s *Service) StaffPages(p *web.Pages) { screens{s, p, Staff}.add() }
