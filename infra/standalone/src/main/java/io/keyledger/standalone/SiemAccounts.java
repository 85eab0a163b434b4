package io.keyledger.standalone;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;

import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of SIEMs on Kafka, made and ended by the operator of the installation. Account {@code NAME} is the principal
 * {@code siem-NAME}: it reads what begins with {@code keyledger.audit.} and uses the groups {@code siem-NAME} and {@code
 * siem-NAME.*}; everything else is denied. Its password is known to whoever was shown it, and to nobody else: the broker
 * keeps what it checks it with.
 *
 * <p>For one thread. Every method waits for the broker.
 */
public final class SiemAccounts implements AutoCloseable {
    /** What a name has to be; {@link #FORM} says so in words. */
    public static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    public static final String FORM = "a lower-case letter and at most 30 more, digits or hyphens";

    private static final String PREFIX = "siem-";
    private static final String AUDIT = "keyledger.audit.";
    private static final String RATE = "consumer_byte_rate";
    private static final String REQUESTS = "request_percentage";
    /** Of one core: enough to read at full speed, too little to starve the services. */
    private static final double REQUEST_PERCENTAGE = 50;

    private static final int SCRAM_ITERATIONS = 8192;

    private final Admin admin;

    /** With what the installation in that folder knows of its broker. */
    public SiemAccounts(DataDir dir) throws IOException {
        if (!Files.exists(dir.endpointsFile())) {
            throw new StartFailure("no platform is running in " + dir.root());
        }
        Map<String, Object> endpoints = JsonReader.object(Files.readAllBytes(dir.endpointsFile()));
        if (!(endpoints.get("kafka") instanceof String kafka)) {
            throw new StartFailure(dir.endpointsFile() + " names no \"kafka\"");
        }
        this.admin = Admin.create(properties(new Servers.Kafka(
                kafka, AccessList.ADMIN, new Secrets(dir).password("kafka/" + AccessList.ADMIN), dir.ca())));
    }

    /** With that broker. */
    public SiemAccounts(Servers.Kafka access) {
        this.admin = Admin.create(properties(access));
    }

    private static Properties properties(Servers.Kafka access) {
        Properties properties = access.adminProperties();
        properties.setProperty("default.api.timeout.ms", "15000");
        properties.setProperty("request.timeout.ms", "10000");
        return properties;
    }

    /**
     * One account.
     *
     * @param bytesPerSecond how fast it may read
     */
    public record Siem(String name, long bytesPerSecond) {
        /** The principal, as the client's user name. */
        public String user() {
            return PREFIX + name;
        }

        /** The group that it uses; others of its own begin with this and a dot. */
        public String group() {
            return user();
        }
    }

    /**
     * Makes the account and returns its password, which is shown to nobody again.
     *
     * @param renew whether an account of that name may exist: then it has a new password, and the old one is good for no
     *     further connection
     * @throws StartFailure when there is one, or Kafka refuses
     */
    public String add(Siem siem, boolean renew) throws InterruptedException {
        mustBeAName(siem.name);
        try {
            if (!renew && users().contains(siem.user())) {
                throw new StartFailure("there is a SIEM '%s' already: `keyledger siem add %s --renew` gives it a new"
                                .formatted(siem.name, siem.name)
                        + " password, `keyledger siem remove` ends it");
            }
            String password = Secrets.random();
            quota(siem.user(), (double) siem.bytesPerSecond, REQUEST_PERCENTAGE);
            admin.createAcls(bindings(siem)).all().get();
            // Last: whoever can come in finds everything in its place.
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            siem.user(),
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
                            password)))
                    .all()
                    .get();
            return password;
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    /** All accounts, by name. */
    public List<Siem> list() throws InterruptedException {
        try {
            Map<String, Long> rates = new TreeMap<>();
            users().stream().filter(user -> user.startsWith(PREFIX)).forEach(user -> rates.put(user, 0L));
            admin.describeClientQuotas(ClientQuotaFilter.containsOnly(
                            List.of(ClientQuotaFilterComponent.ofEntityType(ClientQuotaEntity.USER))))
                    .entities()
                    .get()
                    .forEach((entity, quotas) -> {
                        Double rate = quotas.get(RATE);
                        if (rate != null) {
                            rates.computeIfPresent(
                                    entity.entries().getOrDefault(ClientQuotaEntity.USER, ""),
                                    (_, _) -> rate.longValue());
                        }
                    });
            List<Siem> all = new ArrayList<>();
            rates.forEach((user, rate) -> all.add(new Siem(user.substring(PREFIX.length()), rate)));
            return all;
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    /** Ends the account: its rights first, which open connections feel at once. False when there is none. */
    public boolean remove(String name) throws InterruptedException {
        mustBeAName(name);
        String user = PREFIX + name;
        try {
            boolean there = users().contains(user);
            admin.deleteAcls(List.of(new AclBindingFilter(
                            ResourcePatternFilter.ANY,
                            new AccessControlEntryFilter(
                                    "User:" + user, null, AclOperation.ANY, AclPermissionType.ANY))))
                    .all()
                    .get();
            if (there) {
                admin.alterUserScramCredentials(
                                List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)))
                        .all()
                        .get();
            }
            quota(user, null, null);
            return there;
        } catch (ExecutionException e) {
            throw refused(e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }

    static Collection<AclBinding> bindings(Siem siem) {
        AccessControlEntry entry = new AccessControlEntry("User:" + siem.user(), "*", READ, AclPermissionType.ALLOW);
        return List.of(
                new AclBinding(new ResourcePattern(TOPIC, AUDIT, PREFIXED), entry),
                new AclBinding(new ResourcePattern(GROUP, siem.group(), LITERAL), entry),
                // With the dot, or siem-a could take over the groups of siem-ab.
                new AclBinding(new ResourcePattern(GROUP, siem.group() + ".", PREFIXED), entry));
    }

    private Set<String> users() throws ExecutionException, InterruptedException {
        return admin.describeUserScramCredentials().all().get().keySet();
    }

    private void quota(String user, @Nullable Double rate, @Nullable Double requests)
            throws ExecutionException, InterruptedException {
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, user)),
                        List.of(
                                new ClientQuotaAlteration.Op(RATE, rate),
                                new ClientQuotaAlteration.Op(REQUESTS, requests)))))
                .all()
                .get();
    }

    private static void mustBeAName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new StartFailure("'" + name + "' is no name for a SIEM: " + FORM);
        }
    }

    private static StartFailure refused(ExecutionException e) {
        return new StartFailure("Kafka does not do it: " + e.getCause(), e);
    }
}
