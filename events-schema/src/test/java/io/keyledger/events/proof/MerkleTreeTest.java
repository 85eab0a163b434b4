package io.keyledger.events.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MerkleTreeTest {
    private static final HexFormat HEX = HexFormat.of();

    /** The entries that the vectors of Certificate Transparency are made of. */
    private static final List<byte[]> ENTRIES = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(HEX::parseHex)
            .toList();

    private static final int MANY = 70;

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void the_roots_are_those_that_certificate_transparency_publishes(int size, String root) {
        assertThat(HEX.formatHex(tree(ENTRIES).root(size))).isEqualTo(root);
        Frontier frontier = new Frontier();
        ENTRIES.subList(0, size).forEach(entry -> frontier.append(TreeHash.leaf(entry), (l, i, h) -> {}));
        assertThat(HEX.formatHex(frontier.root())).isEqualTo(root);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, ''",
        "0, 2, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "1, 2, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, 3, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "1, 5, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
                + " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "0, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
                + " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "5, 8, bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
                + " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
                + " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    })
    void the_inclusion_proofs_are_those_that_certificate_transparency_publishes(int index, int size, String path) {
        assertThat(hex(tree(ENTRIES).inclusion(index, size))).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, ''",
        "1, 8, 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
                + " 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + " 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "2, 5, 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
                + " bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "6, 8, 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
                + " ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
                + " d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    })
    void the_consistency_proofs_are_those_that_certificate_transparency_publishes(int from, int to, String proof) {
        assertThat(hex(tree(ENTRIES).consistency(from, to))).isEqualTo(proof);
    }

    @Test
    void roots_and_proofs_of_any_size_are_those_of_the_definition_and_verify() {
        List<byte[]> entries = entries(MANY);
        MerkleTree tree = tree(entries);
        for (int size = 0; size <= MANY; size++) {
            List<byte[]> first = entries.subList(0, size);
            byte[] root = NaiveTree.root(first);
            assertThat(tree.root(size)).isEqualTo(root);
            for (int i = 0; i < size; i++) {
                List<byte[]> path = tree.inclusion(i, size);
                assertThat(hex(path)).isEqualTo(hex(NaiveTree.path(i, first)));
                assertThat(MerkleProof.isIncluded(TreeHash.leaf(entries.get(i)), i, size, root, path))
                        .isTrue();
            }
            for (int from = 0; from <= size; from++) {
                List<byte[]> proof = tree.consistency(from, size);
                assertThat(hex(proof)).isEqualTo(hex(NaiveTree.proof(from, first)));
                assertThat(MerkleProof.isConsistent(from, NaiveTree.root(entries.subList(0, from)), size, root, proof))
                        .isTrue();
            }
        }
    }

    @Test
    void a_frontier_grows_like_the_tree_and_can_be_taken_up_again_at_any_size() {
        List<byte[]> entries = entries(MANY);
        Map<String, byte[]> kept = new HashMap<>();
        MerkleTree.Nodes nodes = (level, index) -> {
            byte[] hash = kept.get(level + "/" + index);
            assertThat(hash).as("subtree %d at level %d", index, level).isNotNull();
            return hash == null ? new byte[0] : hash;
        };
        Frontier frontier = new Frontier();
        for (int i = 0; i < MANY; i++) {
            byte[] leaf = TreeHash.leaf(entries.get(i));
            kept.put("0/" + i, leaf);
            frontier.append(leaf, (level, index, hash) -> kept.put(level + "/" + index, hash));
            assertThat(frontier.root()).isEqualTo(NaiveTree.root(entries.subList(0, i + 1)));
            frontier = new Frontier(i + 1, nodes);
            assertThat(frontier.root()).isEqualTo(NaiveTree.root(entries.subList(0, i + 1)));
            assertThat(new MerkleTree(nodes).root(i + 1)).isEqualTo(frontier.root());
        }
    }

    @Test
    void no_proof_stands_for_another_leaf_place_size_root_or_path() {
        Random random = new Random(6962);
        List<byte[]> entries = entries(MANY);
        MerkleTree tree = tree(entries);
        for (int round = 0; round < 2_000; round++) {
            int size = 1 + random.nextInt(MANY);
            int index = random.nextInt(size);
            byte[] leaf = TreeHash.leaf(entries.get(index));
            byte[] root = tree.root(size);
            List<byte[]> path = tree.inclusion(index, size);
            int place = random.nextInt(MANY);
            // Where the leaf stands last, two sizes may share the shape of its path, never its root.
            if (place != index) {
                assertThat(MerkleProof.isIncluded(leaf, place, size, root, path))
                        .isFalse();
            }
            assertThat(MerkleProof.isIncluded(flipped(leaf, random), index, size, root, path))
                    .isFalse();
            assertThat(MerkleProof.isIncluded(leaf, index, size, flipped(root, random), path))
                    .isFalse();
            for (List<byte[]> other : mangled(path, random)) {
                assertThat(MerkleProof.isIncluded(leaf, index, size, root, other))
                        .isFalse();
            }
            int from = 1 + random.nextInt(size);
            List<byte[]> proof = tree.consistency(from, size);
            for (List<byte[]> other : mangled(proof, random)) {
                assertThat(MerkleProof.isConsistent(from, tree.root(from), size, root, other))
                        .isFalse();
            }
            assertThat(MerkleProof.isConsistent(from, flipped(tree.root(from), random), size, root, proof))
                    .isFalse();
            if (from < size) {
                assertThat(MerkleProof.isConsistent(from, tree.root(from), size, flipped(root, random), proof))
                        .isFalse();
            }
        }
    }

    @Test
    void what_is_no_place_in_a_tree_is_refused() {
        MerkleTree tree = tree(ENTRIES);
        assertThatThrownBy(() -> tree.inclusion(8, 8)).hasMessageContaining("no leaf 8");
        assertThatThrownBy(() -> tree.inclusion(-1, 8)).hasMessageContaining("no leaf -1");
        assertThatThrownBy(() -> tree.consistency(9, 8)).hasMessageContaining("from 9 leaves to 8");
        byte[] root = tree.root(8);
        assertThat(MerkleProof.isIncluded(TreeHash.leaf(ENTRIES.get(0)), 0, 0, root, List.of()))
                .isFalse();
        assertThat(MerkleProof.isConsistent(0, root, 8, root, List.of())).isFalse();
        assertThat(MerkleProof.isConsistent(9, root, 8, root, List.of())).isFalse();
    }

    /** Two leaves that spell out a node must not be taken for it: why leaves and nodes begin with another byte. */
    @Test
    void an_entry_that_spells_out_a_node_is_not_that_node() {
        byte[] left = TreeHash.leaf(ENTRIES.get(0));
        byte[] right = TreeHash.leaf(ENTRIES.get(1));
        byte[] spelled = new byte[64];
        System.arraycopy(left, 0, spelled, 0, 32);
        System.arraycopy(right, 0, spelled, 32, 32);
        assertThat(TreeHash.leaf(spelled)).isNotEqualTo(TreeHash.node(left, right));
    }

    private static List<List<byte[]>> mangled(List<byte[]> proof, Random random) {
        List<List<byte[]>> all = new ArrayList<>();
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(random.nextInt(proof.size() + 1), TreeHash.leaf(new byte[] {1}));
        all.add(longer);
        if (!proof.isEmpty()) {
            int at = random.nextInt(proof.size());
            List<byte[]> shorter = new ArrayList<>(proof);
            shorter.remove(at);
            all.add(shorter);
            List<byte[]> flipped = new ArrayList<>(proof);
            flipped.set(at, flipped(proof.get(at), random));
            all.add(flipped);
            List<byte[]> cut = new ArrayList<>(proof);
            cut.set(at, new byte[31]);
            all.add(cut);
        }
        return all;
    }

    private static byte[] flipped(byte[] hash, Random random) {
        byte[] other = hash.clone();
        other[random.nextInt(hash.length)] ^= (byte) (1 << random.nextInt(8));
        return other;
    }

    private static List<byte[]> entries(int count) {
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(("entry " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return entries;
    }

    private static MerkleTree tree(List<byte[]> entries) {
        return MerkleTree.of(entries.stream().map(TreeHash::leaf).toList());
    }

    private static String hex(List<byte[]> hashes) {
        return String.join(" ", hashes.stream().map(HEX::formatHex).toList());
    }
}
