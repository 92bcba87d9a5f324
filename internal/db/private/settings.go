package private

import "slices"

// settings are given at every start and never written into the cluster, so that a newer
// portal brings newer ones. Whoever needs others has outgrown the private cluster, and gives
// the portal a server of their own with PORTAL_DATABASE_URL.
func (c *Cluster) settings() []string {
	writing := durable
	if c.options.fast {
		writing = fast
	}
	var args []string
	for _, value := range slices.Concat(always, memorySettings(memory()), writing, []string{"cluster_name=" + c.mark}) {
		args = append(args, "-c", value)
	}
	return args
}

var always = []string{
	// Reached through the cluster's folder and in no other way. The path is relative to it,
	// so its depth does not matter to the server.
	"listen_addresses=",
	"unix_socket_directories=.",
	"unix_socket_permissions=0700",
	"port=" + port,
	"max_connections=50",
	"password_encryption=scram-sha-256",

	"work_mem=8MB",
	"random_page_cost=1.1", // solid-state disks
	"jit=off",              // costs more than the portal's short queries do

	"timezone=UTC",
	"log_timezone=UTC",
	"log_destination=stderr",
	"logging_collector=off",
	"log_checkpoints=off",
	"log_line_prefix=%m [%p] %u ",
	"log_min_error_statement=panic", // statements may carry what people wrote
}

var durable = []string{
	"fsync=on",
	"full_page_writes=on",
	"synchronous_commit=on",
	"wal_compression=on",
}

var fast = []string{
	"fsync=off",
	"full_page_writes=off",
	"synchronous_commit=off",
	"max_wal_size=4GB",
}
