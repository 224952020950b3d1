# SPDX-License-Identifier: Apache-2.0
"""Muon: momentum whose matrices are made orthogonal, and AdamW for the rest.

Convolutions count as matrices of outputs by inputs times taps. Steps have
AdamW's usual size, so both share one learning rate.
"""

from __future__ import annotations

from collections import defaultdict

import torch


# Optimal quintic polynomials for four rounds, from the Polar Express paper (arXiv:2505.16932).
ROUNDS = (
    (8.28721201814563, -23.595886519098837, 17.300387312530933),
    (4.107059111542203, -2.9478499167379106, 0.5448431082926601),
    (3.9486908534822946, -2.908902115962949, 0.5518191394370137),
    (3.3184196573706015, -2.488488024314874, 0.51004894012372),
)


def orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """Move every singular value of [n, rows, columns] towards 1.

    Each round multiplies by a polynomial of x x^T; these factors are multiplied together first, as they are square and
    mostly far smaller than x.
    """
    wide = matrices.shape[1] <= matrices.shape[2]
    x = matrices if wide else matrices.transpose(1, 2)
    x = x / (1.02 * x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    square, factor = x @ x.transpose(1, 2), None
    for a, b, c in ROUNDS:
        step = b * square + c * square @ square
        step.diagonal(dim1=1, dim2=2).add_(a)
        square = step @ square @ step
        factor = step if factor is None else step @ factor
    x = factor @ x
    return x if wide else x.transpose(1, 2)


class Muon(torch.optim.Optimizer):
    """Muon for the hidden matrices of `module`, AdamW for its ends, norms and biases."""

    def __init__(self, module: torch.nn.Module, rate: float, momentum: float = 0.95, decay: float = 0.01) -> None:
        matrices, others = [], []
        for name, parameter in module.named_parameters():
            inner = parameter.ndim > 1 and not name.startswith(("conv_in", "conv_out"))
            (matrices if inner else others).append(parameter)
        super().__init__([{"params": matrices}], {"lr": rate, "momentum": momentum, "decay": decay})
        self.adam = torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.param_groups += self.adam.param_groups

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """One update of everything."""
        group = self.param_groups[0]
        alike: dict[tuple[int, int], list[torch.Tensor]] = defaultdict(list)
        for parameter in group["params"]:
            if parameter.grad is not None:
                alike[parameter.shape[0], parameter.numel() // parameter.shape[0]].append(parameter)
        for (rows, columns), parameters in alike.items():
            pushes = []
            for parameter in parameters:
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                pushes.append(parameter.grad.lerp(state["momentum"], group["momentum"]).reshape(rows, columns))
            size = 0.2 * max(rows, columns) ** 0.5
            for parameter, push in zip(parameters, orthogonal(torch.stack(pushes))):
                parameter.mul_(1 - group["lr"] * group["decay"])
                parameter.add_(push.view(parameter.shape), alpha=-group["lr"] * size)
        self.adam.step()

    def state_dict(self) -> dict:
        """Both parts' states."""
        kept = {i: self.state[p]["momentum"] for i, p in enumerate(self.param_groups[0]["params"]) if p in self.state}
        return {"momentum": kept, "adam": self.adam.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        """Both parts' states."""
        for index, momentum in state["momentum"].items():
            self.state[self.param_groups[0]["params"][index]]["momentum"] = momentum
        self.adam.load_state_dict(state["adam"])
        self.param_groups[1:] = self.adam.param_groups
