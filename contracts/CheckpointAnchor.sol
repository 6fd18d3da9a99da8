// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Checkpoints of the ledgers of organisations that watch each other
/// @notice Each member anchors the size and root of its own append-only log. What was anchored cannot be taken back,
/// shrunk or replaced, so a member that rewrites its log contradicts what everybody can read here. Others cross-sign what
/// they checked themselves, or dispute it. Nothing here is personal: a root says nothing of what lies below it.
/// @dev Admission is by majority of the present members; the founders are named at deployment, so nobody owns it.
contract CheckpointAnchor {
    struct Member {
        /// Name of the log, as in its checkpoints' first line.
        string origin;
        /// keccak256 of the log's verifier key text: which key its checkpoints must be signed by.
        bytes32 keyHash;
        bool present;
    }

    struct Checkpoint {
        bytes32 root;
        uint64 size;
        /// Seconds since 1970 by the log's own clock.
        uint64 madeAt;
        /// Seconds since 1970 by the chain's clock.
        uint64 anchoredAt;
        uint32 crossSignatures;
    }

    /// A log's clock and the chain's may differ by this much, no more: an older checkpoint is back-dated.
    uint64 public constant GREATEST_LAG_S = 1 days;
    uint64 public constant GREATEST_LEAD_S = 5 minutes;

    mapping(address => Member) public members;
    uint256 public memberCount;

    mapping(address => Checkpoint) private newest;
    mapping(address => mapping(uint64 => Checkpoint)) private atSize;
    mapping(address => mapping(uint64 => mapping(address => bool))) public crossSignedBy;

    mapping(bytes32 => uint256) public votes;
    mapping(bytes32 => mapping(address => bool)) private voted;
    /// Counts changes of membership: votes given before one are void after it.
    uint256 public round;

    event Admitted(address indexed member, string origin, bytes32 keyHash);
    event Removed(address indexed member);
    event Anchored(address indexed member, uint64 indexed size, bytes32 root, uint64 madeAt);
    event CrossSigned(address indexed member, uint64 indexed size, address indexed by);
    /// `by` was shown another root for this size, or a log that does not continue this one.
    event Disputed(address indexed member, uint64 indexed size, address indexed by, bytes32 rootSeen);

    error NotAMember(address account);
    error AlreadyAMember(address account);
    error AlreadyVoted(address account);
    error NoFounders();
    /// The log has not grown: `size` was anchored, or a larger one.
    error NotGrown(uint64 size, uint64 newestSize);
    /// Another root stands for this very size: the log was rewritten.
    error Equivocation(uint64 size, bytes32 anchored, bytes32 given);
    error BackDated(uint64 madeAt, uint64 earliest);
    error FromTheFuture(uint64 madeAt, uint64 latest);
    error NothingAnchored(address member, uint64 size);
    error OwnLog();
    error CrossSignedBefore(address by);

    modifier onlyMember() {
        if (!members[msg.sender].present) revert NotAMember(msg.sender);
        _;
    }

    struct Founder {
        address account;
        string origin;
        bytes32 keyHash;
    }

    constructor(Founder[] memory founders) {
        if (founders.length == 0) revert NoFounders();
        for (uint256 i = 0; i < founders.length; i++) {
            enter(founders[i].account, founders[i].origin, founders[i].keyHash);
        }
    }

    /// @notice Anchors the caller's own checkpoint. It must be larger than the last one.
    function anchor(uint64 size, bytes32 root, uint64 madeAt) external onlyMember {
        Checkpoint storage last = newest[msg.sender];
        if (last.anchoredAt != 0 && size <= last.size) {
            Checkpoint storage same = atSize[msg.sender][size];
            if (same.anchoredAt != 0 && same.root != root) revert Equivocation(size, same.root, root);
            revert NotGrown(size, last.size);
        }
        uint64 nowS = uint64(block.timestamp);
        uint64 earliest = nowS > GREATEST_LAG_S ? nowS - GREATEST_LAG_S : 0;
        if (last.madeAt > earliest) earliest = last.madeAt;
        if (madeAt < earliest) revert BackDated(madeAt, earliest);
        if (madeAt > nowS + GREATEST_LEAD_S) revert FromTheFuture(madeAt, nowS + GREATEST_LEAD_S);
        Checkpoint memory made = Checkpoint(root, size, madeAt, nowS, 0);
        newest[msg.sender] = made;
        atSize[msg.sender][size] = made;
        emit Anchored(msg.sender, size, root, madeAt);
    }

    /// @notice The caller has fetched this checkpoint from the member's log and found it consistent with those before.
    function crossSign(address member, uint64 size, bytes32 root) external onlyMember {
        if (member == msg.sender) revert OwnLog();
        Checkpoint storage made = atSize[member][size];
        if (made.anchoredAt == 0) revert NothingAnchored(member, size);
        if (made.root != root) revert Equivocation(size, made.root, root);
        if (crossSignedBy[member][size][msg.sender]) revert CrossSignedBefore(msg.sender);
        crossSignedBy[member][size][msg.sender] = true;
        made.crossSignatures++;
        if (newest[member].size == size) newest[member].crossSignatures = made.crossSignatures;
        emit CrossSigned(member, size, msg.sender);
    }

    /// @notice The caller was shown something else than what stands here. An accusation, kept for everybody to look into.
    function dispute(address member, uint64 size, bytes32 rootSeen) external onlyMember {
        if (member == msg.sender) revert OwnLog();
        if (!members[member].present) revert NotAMember(member);
        emit Disputed(member, size, msg.sender, rootSeen);
    }

    /// @notice Votes for a new member; more than half of the present ones admit it.
    function admit(address account, string calldata origin, bytes32 keyHash) external onlyMember {
        if (members[account].present) revert AlreadyAMember(account);
        if (vote(keccak256(abi.encode("admit", round, account, origin, keyHash)))) enter(account, origin, keyHash);
    }

    /// @notice Votes a member out. What it anchored stays.
    function remove(address account) external onlyMember {
        if (!members[account].present) revert NotAMember(account);
        if (!vote(keccak256(abi.encode("remove", round, account)))) return;
        members[account].present = false;
        memberCount--;
        round++;
        emit Removed(account);
    }

    function latest(address member) external view returns (Checkpoint memory) {
        return newest[member];
    }

    function checkpointAt(address member, uint64 size) external view returns (Checkpoint memory) {
        return atSize[member][size];
    }

    function vote(bytes32 motion) private returns (bool carried) {
        if (voted[motion][msg.sender]) revert AlreadyVoted(msg.sender);
        voted[motion][msg.sender] = true;
        votes[motion]++;
        return votes[motion] * 2 > memberCount;
    }

    function enter(address account, string memory origin, bytes32 keyHash) private {
        if (members[account].present) revert AlreadyAMember(account);
        members[account] = Member(origin, keyHash, true);
        memberCount++;
        round++;
        emit Admitted(account, origin, keyHash);
    }
}
