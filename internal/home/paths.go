package home

import "github.com/google/uuid"

func ticketPath(id uuid.UUID) string    { return "/tickets/" + id.String() }
func projectPath(id uuid.UUID) string   { return "/projects/" + id.String() }
func dashboardPath(id uuid.UUID) string { return "/analytics/" + id.String() }
