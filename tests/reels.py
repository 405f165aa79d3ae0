"""Videos made on the spot from rendered pictures, as phones and browsers save them."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

#: Codecs that OpenCV can write everywhere; phones use H.264, which it can only read.
CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".webm": "VP80"}


def write_reel(file: Path, frames: Iterable[NDArray[np.uint8]], *, rate: float = 10.0) -> Path:
    """Save (H, W, 3) RGB frames of one even size."""
    writer = None
    for rgb in frames:
        if writer is None:
            code = cv2.VideoWriter.fourcc(*CODECS[file.suffix])
            height, width = rgb.shape[:2]
            writer = cv2.VideoWriter(str(file), cv2.CAP_FFMPEG, code, rate, (width, height))
            assert writer.isOpened()
        writer.write(np.ascontiguousarray(rgb[:, :, ::-1]))
    assert writer is not None
    writer.release()
    return file


def turned(file: Path, degrees: int) -> Path:
    """The same video with a note that it is to be shown turned clockwise, as phones write it.

    The matrix is that of the track header: ISO/IEC 14496-12, 8.3.2.
    """
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    matrix = [cosine, sine, 0, -sine, cosine, 0, 0, 0, 0x4000]
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    for number, value in enumerate(matrix):
        scaled = value * 0x10000
        data[at + 4 * number : at + 4 * number + 4] = scaled.to_bytes(4, "big", signed=True)
    file.write_bytes(data)
    return file


#: Three seconds, red and then blue, 64 × 48, drawn by our own code and coded with FFmpeg, as
#: OpenCV's wheels cannot write them: zlib in base 85.
CODED = {
    "H.264": (
        "c-"
        "nncUuYaf7@xbeHEE)~hYBe~nbcS<<}SN?mun2HcqDBPtl*2K6k(m+nawV@|1vvwxywsZP$)<deej`R)PfI+;y=(L"
        "2u13X=G{VHq*SAzRY)NZ+Vh*ey=D__hn@Mp-"
        "}iUEneXNhLf96a$c;lEp*)flrbb$p>PHn7Av9=n#t<5~;8P;N=DmG;yWO|1AOH26pRd)wdTa7WeC@G6Znd>)1sAa"
        "ua)#CFG_ds&h^C%@;rPj71=mi`fsQf@6mwzJ@t7^JrYPm2rfAaI5h9wMnp#>~Dz#k7LXQNckS|QhxFtvU9@vDDaK"
        "j*;#TGG%rK^}TTUV=?GSdsKhOW*kvkE2w@j5Znm3DbnX{+Tj_L<)F9UM1J;8X=iaR;1XH8|DPk^)|^VBc*sY9uki"
        "#o#1ZV7gYpmcv7z7}6ID&OFbJbq&w7XQ(AWWG(u-0(&5IISjx-om5q9lUNv0+;Agl(F?E`8KG^*Oz1@o3x|V83|c"
        "P?8^i%%Y|CQLwb-"
        "^m!2wTlSgucm+=m+o#ytW?AUC}xCmq8I{fG#_795h`#0?+>7;++QY)*U@>oeFiq7Lvbg(6IYP!frRGhHGxQI|8Qt"
        "BjYJyWj{Dl7$fqjD;`)ZBH11LxXi7wysSpDQoy{pjU8gv4B}kp;r`~B$p@3S?qu}w~V{h>Q#w#i`&>Y;aFu=0CcT"
        "fQt+azMOR8-vlz*^2_<d4`ZO@HU=d_;Be)~z2)IJXMHb=y<z=E(Xxa&O{v67$-1+Us-`^iO5gXsG-}K5~-"
        "fUJjUwK1$_4Dqz+h0_Uf!%QJ;^4>U$Gdkv<evf@s;w1H7M|-4tVobs8$ANLy_+fU>i}-"
        "2;6fifTDy42ZRYn34$rIaZXJ8zN-6i}$mlZ<t=0}e)X%`;;o92x-"
        "m8V~#_;C#q4$TBiKq6Tz409=MsjOUu3s8l`9=R4Kat|!GZ^w5oqTg}rJwZZDG6XZ1DE_TY=O}8TMk7##=r)Ybs6Q"
        "5{I*AKr`2x!EV}Q=!}kMRW&`+_L?g*L@ZV^V7u`S4|K^p8lE4W@MGSO|d9m2`ka2P9o1gcoOMt;X-"
        "Ces3bOpV5H33D3dc3cZk4o0^w0vahB%mIXHo05SWi~JeTYeHWyUhvO(~VJR<xCkPP43|ypZg>hrUyLGm}YF=kuT{"
        "zjzaENL3N<@ds^%squnm7(-3toN74T7PiS-"
        "j=tq3d{Bl9wNwTc|b@<GQ9NOn>%)LJO+CN)c()A$x%+fO*GW+3Tk(~G4l8_7lwopb^F6S9*+jgiY!>Rsdv=jGxrj"
        "X(&rAjK_p&x@>)~;M5DV+!1a;AKc=huNAfcfCAc^Kv))C*e3$e|W1%*2<QFq>4!9y;r@gvv3V?HA}VPNK-"
        "mo_*2nHRa<Uh)@Q61pW|7zu;4(WmmP53ZJ6=3*+OWEC"
    ),
    "HEVC": (
        "c-"
        "oazL1+^}6rI_$T5X_FN?B!7wh|>uqe&321`Q=(^dM9k5t>bALze7z!|rs^ULq($K|v~_7e#uJg0x3HM(}8*H}N73"
        "h<d7m6mu}fKf9amCYpl7%>4iU|NH*mnZJt=5=!(&RWWr9Ar3JKE2&jaClEqIB}0}$e$a?SL5@Z7+RT@QwOVVv-"
        "8yT8Z%6T^=|@%Y40Cwn_=QGL`FZh}12@T&>m;@GE(I`%@MdItc6t5g(oEgO>G!kCZ(TeL_|D7Ll<L4kC-"
        "4hCd$0NVz+~<B;?}nZKWZz3PgOy<>t@P9rpivHMg%g|y-c6BJ!Zg-"
        "f$mI=Dab@@I54Q`x&>xcv&sZ@jlfrkeuXe%(;K)usu!owu7d;KQ`C?upkJdEJ7?f;Hpq*1&-"
        "2f`Y>V44A`@zY6lB$;-"
        "V=;hbf4v(YebPi5jE2L?u@98rr+2gRwk;^@mLCx{gGDy>ltZ|s4|P;E^EqM36xPwvq}ABMu_7Rh#{AJuMwO#RMFA"
        "7gC;Ggpl_MfB)*uBW!XyfISN*99A!Xe`bP8)zTJkMmaXD>jPs!0x6R|<(XUpsiO@(u1QtGpgSg#h0Ra{fU~~N8<9"
        "!q0jGn`|$Ma0QHI~b*W>?EY4BMNSIs(Ca()hKxvB*xQKn?dwxLBteliJs{b0P?ZT)Sy{tz-"
        "N4+IB+OSBJz<i064{2beE<Jo}w^(dEp$GTz~GaR~iKoB;I{eRaCE+A<Bk1>XrX`(aok?h3h!>ES;1QIi&RAO9q*!"
        "aSj@O|NRQE!mjxw<NT&AyuoY|9WGJ)AvVLsLlw(@c)uJjgghC(wXGR1k8By54FX_%K"
    ),
    "AV1": (
        "c-"
        "nnbPiWI%6#peHwRTnFv|48e6+7vrqYdH&8Pq?64g^6_VK_#*FJ)!PQj%{$cj~$w^x(lB%1{)qp7glmVB*z_2gS?q"
        ";-7;E9z1xM?@Q7xt!}SL-uHgr@BR5+UJ4*v<M$hN$1(vKLThfZL|Qc)=Sl$LHCxvKDPuB?ClZ9nuYNz8$;Q=`f=*"
        "K@w*UqC_wVwbS2rt#JL;)?9J%)7_;p;8;|ea|#J91BX3P9hTP~|d@=+<;#`ryo2&svu4T9v=Xj^-"
        ">5<ned6(cw}GJP>EYKj1ln?uqELSslxZT6t+>dAa8ci<+5yYA_=PrsD6D}O$2k;4EEjZN%0bb>I4k@}7v^Z`|oK)"
        "DR6n!-"
        "eyc>bD*gO{ZjlS@Cl#PX1|rYgnb(U=^dz>^IiGGSVlONL>(a|}Ha`3elIQ%rH~iqy;Mx69a9D6wpDTbrl#T|V#Sj"
        "Qkso@?!ry|II5NMbFIXj60+=y5aC$k07q+D}6CpU86<TWc_Csfi`gKjb{|*m|=H!+&a_4%-"
        "dvJ6>WhTy5LA{v%XNH#WC0Pf`-"
        "e?F@G<^Y`qpbMsm?Mvi@4S;qa<K>$bxk7UHzTaPQFyQEw3y(v>|K{gU3^7EjGBU0FsF-Or;rgSe=^%I%<S@|J%i?"
        "QpN9J5`IXM{udqFfMsq#v202rWOB3B2G@+**<PE&{t`1DO91r&xj5OBXTs*qkZ<-"
        "Ko9!0%vz!NVi>B6jEmPiW$K<5aytA<X$)+w(J;d8Db)SB8F|Sq5pbCPLbPsUuW4@WygFK<tEm13yq2NB"
    ),
}


def coded(codec: str) -> bytes:
    """A small MP4 of a codec that phones and services use."""
    return zlib.decompress(base64.b85decode(CODED[codec]))
