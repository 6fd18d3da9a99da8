// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

interface Members {
    function members(address account) external view returns (string memory origin, bytes32 keyHash, bool present);
}

/// @title Grants and withdrawals of consent, as commitments
/// @notice Proves when a decision was given and when it was taken back, without saying whose it is or what about. A
/// commitment is a salted hash that only the patient and the organisation can open; once the salt is destroyed it is noise.
/// A patient may also decide by a wallet of their own, through EIP-712 signatures that an organisation relays and pays for.
/// @dev No key of a person need be here: without a wallet the organisation records, and `holder` is zero. A wallet used for
/// more than one consent links them; one made for each does not.
contract ConsentRegistry is EIP712 {
    struct Consent {
        /// The organisation that recorded it.
        address recordedBy;
        /// The patient's wallet; zero where there is none.
        address holder;
        uint64 grantedAt;
        /// Seconds since 1970; zero while it holds.
        uint64 withdrawnAt;
    }

    bytes32 private constant GRANT = keccak256("Grant(bytes32 commitment,address organisation,uint256 deadline)");
    bytes32 private constant WITHDRAWAL = keccak256("Withdrawal(bytes32 commitment,uint256 deadline)");

    Members public immutable organisations;
    mapping(bytes32 => Consent) private consents;

    event Granted(bytes32 indexed commitment, address indexed recordedBy, address holder);
    event Withdrawn(bytes32 indexed commitment, address by);

    error NotAMember(address account);
    error KnownAlready(bytes32 commitment);
    error Unknown(bytes32 commitment);
    error WithdrawnAlready(bytes32 commitment);
    error NotYours(bytes32 commitment, address account);
    error TooLate(uint256 deadline);

    constructor(Members organisations_) EIP712("Vitalwire consent", "1") {
        organisations = organisations_;
    }

    modifier onlyMember() {
        (, , bool present) = organisations.members(msg.sender);
        if (!present) revert NotAMember(msg.sender);
        _;
    }

    /// @notice An organisation records a decision that it took in writing.
    function grant(bytes32 commitment) external onlyMember {
        record(commitment, address(0));
    }

    /// @notice A patient's own signature, relayed. It names the organisation, so that no other can take it for itself.
    function grantSigned(bytes32 commitment, uint256 deadline, bytes calldata signature) external onlyMember {
        if (block.timestamp > deadline) revert TooLate(deadline);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(GRANT, commitment, msg.sender, deadline)));
        record(commitment, ECDSA.recover(digest, signature));
    }

    /// @notice By the organisation that recorded it, or from the patient's wallet. For good: a new decision is a new one.
    function withdraw(bytes32 commitment) external {
        end(commitment, msg.sender);
    }

    /// @notice Relayed by anyone: nobody can keep a patient from withdrawing.
    function withdrawSigned(bytes32 commitment, uint256 deadline, bytes calldata signature) external {
        if (block.timestamp > deadline) revert TooLate(deadline);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(WITHDRAWAL, commitment, deadline)));
        end(commitment, ECDSA.recover(digest, signature));
    }

    function consentOf(bytes32 commitment) external view returns (Consent memory) {
        return consents[commitment];
    }

    function record(bytes32 commitment, address holder) private {
        // One commitment, one decision: so a signature cannot be used twice either.
        if (consents[commitment].grantedAt != 0) revert KnownAlready(commitment);
        consents[commitment] = Consent(msg.sender, holder, uint64(block.timestamp), 0);
        emit Granted(commitment, msg.sender, holder);
    }

    function end(bytes32 commitment, address by) private {
        Consent storage consent = consents[commitment];
        if (consent.grantedAt == 0) revert Unknown(commitment);
        if (consent.withdrawnAt != 0) revert WithdrawnAlready(commitment);
        if (by != consent.recordedBy && (consent.holder == address(0) || by != consent.holder)) {
            revert NotYours(commitment, by);
        }
        consent.withdrawnAt = uint64(block.timestamp);
        emit Withdrawn(commitment, by);
    }
}
